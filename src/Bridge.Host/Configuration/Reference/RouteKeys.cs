using Bridge.Abstractions;
using static Bridge.Host.Configuration.Reference.Scalars;

namespace Bridge.Host.Configuration.Reference;

/// <summary>The keys of one entry of <c>routes</c>.</summary>
internal static class RouteKeys
{
    public static IReadOnlyList<ConfigKey> All(KeyType retained, IEnumerable<DestinationOption> options) =>
    [
        new("id", Name, "Its name in logs, `explain`, `trace` and metrics.") { IsRequired = true, Example = "freezer" },
        .. Matching(retained),
        .. Speaking,
        .. Sending(options),
    ];

    private static IReadOnlyList<ConfigKey> Matching(KeyType retained) =>
    [
        new("from", CoreKeys.ListOrOne(Pattern), "What it listens to.") { IsRequired = true },
        new("when", Expression, "Fires when this is true.") { Default = "always", Example = "payload.battery < 15" },
        new("until", Expression, "Makes a state of it: told once when `when` becomes true, over when this does.") { Example = "payload.battery > 50" },
        new("for", Duration, "`when` must hold that long, per key.") { Default = "0", Example = "10m" },
        new("key", Template, "What belongs together: states, cooldowns and repeats are told apart by it.")
            { Default = "the source address with `until` or `for`; else a hash of the text", Example = "\"{{ topic[1] }}\"" },
        new("retained", retained, "What a retained message means: compared with the last known state, nothing, or as good as a live one.")
            { Default = "`defaults`, else changed; forwards: always", Example = "ignore" },
        new("max_age", Duration, "A late event older than this is counted and traced, not sent.") { Default = "`defaults`, else any age", Example = "1h" },
        new("at", Expression, "When the event happened, for `max_age`: Unix seconds or milliseconds, or ISO 8601.") { Example = "payload.time" },
        new("final", Flag, "Later routes do not see an event that this one matches.") { Default = "false" },
    ];

    private static IReadOnlyList<ConfigKey> Speaking { get; } =
    [
        new("text", Template, "What is said. Without `text` and `payload` the event is forwarded as it is.") { Example = "\"Freezer at {{ payload.temperature | round(1) }} °C\"" },
        new("payload", new KeyType.Anything(), "Instead of `text`, data: a YAML value whose texts are templates, sent as JSON; a lone text as it stands.")
            { Example = "{ state: \"{{ payload.power }}\" }" },
        new("resolved", Template, "What is said when `until` ends the state.") { Default = "nothing", Example = "\"Freezer is cold again\"" },
        new("severity", new KeyType.Choice([.. Enum.GetNames<Severity>().Select(name => name.ToLowerInvariant())]), "How much it matters; `critical` has a lane of its own.")
            { Default = "notice", Example = "warning" },
        new("cooldown", new KeyType.OneOf([Duration, new KeyType.Map([
            new("every", Duration, "For how long.") { IsRequired = true, Example = "2m" },
            new("per", Template, "The key of the cooldown.") { Default = "the route's key", Example = "\"{{ payload.camera }}\"" },
        ])]), "The same key stays quiet this long after the first successful delivery.") { Default = "`defaults`, else none; forwards: none", Example = "5m" },
    ];

    private static IReadOnlyList<ConfigKey> Sending(IEnumerable<DestinationOption> options) =>
    [
        new("to", CoreKeys.ListOrOne(new KeyType.OneOf([Template, new KeyType.Map(Destination(options))])), "Who gets it: addresses, or maps with an address.")
            { IsRequired = true, Example = "[console:me]" },
        new("expiry", Duration, "A delivery that waited longer is not sent any more.") { Default = "none", Example = "1h" },
        new("retry", new KeyType.Map([
            new("for", Duration, "How long a failed delivery is tried again.") { Default = "1d", Example = "2d" },
            new("uncertain", Flag, "Send again when nobody knows whether it arrived, at the risk of a double message.") { Default = "false" },
        ]), "How stubborn a delivery is."),
        new("limits", new KeyType.Map([
            new("rate", Scalars.Rate, "How often the route speaks.") { IsRequired = true, Example = "10/min" },
            new("overflow", Template, "What is said of the rest, once there is room again; sees `items` and `route`.")
                { Default = "nothing; it is counted", Example = "\"{{ items | length }} more from {{ route }}\"" },
        ]), "A brake for storms."),
    ];

    private static IReadOnlyList<ConfigKey> Destination(IEnumerable<DestinationOption> options) =>
    [
        new("address", Template, "Where to. A templated one needs a literal endpoint and first level.") { IsRequired = true, Example = "\"home:alerts/{{ topic[1] }}\"" },
        new("expiry", Duration, "Instead of the route's.") { Default = "the route's", Example = "10m" },
        .. options.GroupBy(option => option.Name, StringComparer.Ordinal).Select(same =>
            new ConfigKey(same.Key, new KeyType.Choice([.. same.SelectMany(option => option.Allowed).Distinct(StringComparer.Ordinal)]), same.First().Description)),
    ];
}
