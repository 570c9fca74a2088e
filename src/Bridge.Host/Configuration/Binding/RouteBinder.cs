using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Expressions;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Reads one entry of <c>routes</c>.</summary>
internal sealed class RouteBinder(AddressBinder addresses, SyntaxBinder syntax, RouteDefaults defaults, Report report)
{
    private static readonly string[] s_later =
        ["escalate", "ack", "digest", "attach", "absent", "mute_if", "re_alert", "on_repeat", "extends", "quiet", "by"];

    private static readonly IReadOnlyDictionary<string, Severity> s_severities =
        Enum.GetValues<Severity>().ToDictionary(severity => severity.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    private readonly DestinationBinder _destinations = new(addresses, syntax, report);

    /// <summary>Null when it is no map; a route with errors is still good for checks across routes.</summary>
    public BoundRoute? Bind(YamlNode node)
    {
        if (node is not MappingNode mapping)
        {
            report.Add(DiagnosticKinds.WrongShape, node.Position, $"a route must be a map, not {Shape.Of(node)}");
            return null;
        }

        var map = new MapReader(mapping, "a route", report);
        var id = map.TakeId("route", "logs, metrics, explain and tests");
        var from = map.TakeRequired("from", addresses.Pattern);
        var content = new RouteContent(syntax.TakeTemplate(map, "text"), syntax.TakePayload(map, "payload"), mapping);
        var to = _destinations.Bind(map);
        var route = new RouteConfig
        {
            Id = id?.Value ?? "",
            Position = id?.Position ?? mapping.Position,
            From = EquatableArray.From(from.Select(pattern => pattern.Pattern)),
            To = EquatableArray.From(to.Select(destination => destination.Config)),
            When = syntax.TakeExpression(map, "when"),
            Until = syntax.TakeExpression(map, "until"),
            For = map.TakeDuration("for"),
            Key = syntax.TakeTemplate(map, "key"),
            Severity = map.TakeChoice("severity", s_severities) ?? Severity.Notice,
            Text = content.Text,
            Payload = content.Payload,
            Resolved = syntax.TakeTemplate(map, "resolved"),
            Retained = map.TakeChoice("retained", RouteDefaults.RetainedModes)
                ?? (content.IsForward ? RetainedMode.Always : defaults.Retained ?? RetainedMode.Changed),
            MaxAge = NullWhenZero(map.TakeDuration("max_age") ?? defaults.MaxAge),
            At = syntax.TakeExpression(map, "at"),
            Cooldown = BindCooldown(map, content.IsForward),
            Final = map.TakeFlag("final") ?? false,
            Expiry = NullWhenZero(map.TakeDuration("expiry")),
            Retry = map.TakeRetry(),
            Limits = BindLimits(map.TakeMap("limits")),
        };
        return new BoundRoute(route, from, to, mapping, map.Finish(s_later));
    }

    // A forward has no text that could tell one event from the next, so it inherits no cooldown.
    private CooldownConfig? BindCooldown(MapReader map, bool isForward)
    {
        switch (map.Take("cooldown"))
        {
            case null:
                return !isForward && defaults.Cooldown is { Ticks: > 0 } inherited ? new CooldownConfig(inherited, null, Inherited: true) : null;
            case ScalarNode scalar:
                return map.Duration(scalar) is { Ticks: > 0 } every ? new CooldownConfig(every, null, Inherited: false) : null;
            case MappingNode node:
                return BindCooldownMap(new MapReader(node, "'cooldown'", report));
            case var other:
                map.Wrong(other, "cooldown", "a duration or a map");
                return null;
        }
    }

    private CooldownConfig? BindCooldownMap(MapReader map)
    {
        var every = map.TakeDuration("every");
        var per = syntax.TakeTemplate(map, "per");
        if (map.Map.Find("every") is null)
        {
            map.Missing("every");
        }

        if (every == TimeSpan.Zero && per is not null)
        {
            report.Add(DiagnosticKinds.IdleCooldown, map.Map.Position, "a cooldown of 0 with 'per' does nothing");
        }

        map.Finish();
        return every is { Ticks: > 0 } time ? new CooldownConfig(time, per, Inherited: false) : null;
    }

    private RouteLimits? BindLimits(MapReader? map)
    {
        if (map is null)
        {
            return null;
        }

        var rate = map.TakeRate("rate");
        var overflow = syntax.TakeTemplate(map, "overflow");
        if (map.Map.Find("rate") is null)
        {
            map.Missing("rate");
        }

        map.Finish();
        return rate is null ? null : new RouteLimits(rate, overflow);
    }

    private static TimeSpan? NullWhenZero(TimeSpan? time) => time == TimeSpan.Zero ? null : time;

    private sealed record RouteContent(Template? Text, PayloadTemplate? Payload, MappingNode Map)
    {
        public bool IsForward => Map.Find("text") is null && Map.Find("payload") is null;
    }
}

/// <summary>A route with what checks across routes and endpoints need.</summary>
/// <param name="Config">As far as it could be read.</param>
/// <param name="From">The patterns that are good.</param>
/// <param name="To">The destinations that are good.</param>
/// <param name="Node">As written.</param>
/// <param name="IsUnderstood">False when a key is unknown: whatever seems to be missing may be that key.</param>
internal sealed record BoundRoute(
    RouteConfig Config, IReadOnlyList<BoundPattern> From, IReadOnlyList<BoundDestination> To, MappingNode Node, bool IsUnderstood)
{
    public bool Says(string key) => Node.Find(key) is not null;

    /// <summary>Where the key's value stands.</summary>
    public SourcePosition At(string key) => Node.Find(key)?.Position ?? Node.Position;
}
