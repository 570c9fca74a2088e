using Bridge.Abstractions;
using Bridge.Host.Configuration.Binding;
using static Bridge.Host.Configuration.Reference.Scalars;

namespace Bridge.Host.Configuration.Reference;

/// <summary>The keys that no plugin brings. A test holds this table against what the binders take.</summary>
internal static class CoreKeys
{
    private static readonly KeyType s_retained = new KeyType.Choice([.. RouteDefaults.RetainedModes.Keys]);

    /// <summary>What stands at the top of a configuration; <paramref name="endpoint"/> and <paramref name="route"/> are described apart.</summary>
    public static IReadOnlyList<ConfigKey> Sections(KeyType endpoint, KeyType route) =>
    [
        new("version", new KeyType.Choice(["1"]), "The version of the configuration language.") { IsRequired = true },
        new("defaults", new KeyType.Map(Defaults), "What routes inherit, and the time zone.") { MayBeEmpty = true },
        new("storage", new KeyType.Map(Storage), "Where Bridge keeps what it owes, how it is encrypted, and for how long.") { MayBeEmpty = true },
        new("http", new KeyType.Map(Http), "The HTTP listener. Without this section there is none.") { MayBeEmpty = true },
        new("telemetry", new KeyType.Map(Telemetry), "What Bridge tells of itself.") { MayBeEmpty = true },
        new("endpoints", new KeyType.MapOf("name", endpoint), "One entry per network that Bridge is on, by the name that addresses begin with.") { MayBeEmpty = true },
        new("people", LinkKeys.People, "One entry per human. Endpoints, people and groups share their names.") { MayBeEmpty = true },
        new("groups", LinkKeys.Groups, "People by the name of a group.") { MayBeEmpty = true },
        new("links", new KeyType.ListOf(new KeyType.Map(LinkKeys.All)), "Conversations that are kept the same, both ways.") { MayBeEmpty = true },
        new("access", new KeyType.Map(Access), "Who may steer Bridge from a conversation or over HTTP. Nobody unless written.") { MayBeEmpty = true },
        new("routes", new KeyType.ListOf(route), "The rules, in order.") { MayBeEmpty = true },
    ];

    private static IReadOnlyList<ConfigKey> Defaults { get; } =
    [
        new("timezone", Text, "The zone of every time without one: in expressions, on the console, for limits per day.") { Default = "the machine's", Example = "Europe/Berlin" },
        new("cooldown", Duration, "The `cooldown` of routes that say something and write none. It never silences the begin or end of a state.") { Default = "none", Example = "5m" },
        new("retained", s_retained, "What a retained message means to routes that do not say it.") { Default = "changed", Example = "ignore" },
        new("max_age", Duration, "The `max_age` of routes that write none.") { Default = "none", Example = "1h" },
    ];

    private static IReadOnlyList<ConfigKey> Storage { get; } =
    [
        new("folder", FilePath, "The data folder: store, keys and admin socket. `--data` comes before it.")
            { Default = "`data` of the checkout, or /var/lib/bridge", Example = "/var/lib/bridge" },
        new("encryption", new KeyType.Map([
            new("key", SecretText, "The key that unlocks the data: 64 hexadecimal or 44 base64 characters (32 bytes).")
                { Example = "\"${file:/run/secrets/bridge_key}\"" },
            new("passphrase", SecretText, "Instead of `key`: a passphrase that was added with `bridge keys add`.") { Example = "\"${file:/run/secrets/bridge_passphrase}\"" },
        ]), "Where the key comes from: `key` or `passphrase`. Without it: the systemd credential `bridge-key`, the environment, then `bridge.key` in the data folder."),
        new("keep", new KeyType.Map([
            new("messages", Duration, "How long texts and payloads can be read. What is still owed stays.") { Default = "for ever", Example = "90d" },
            new("attachments", Duration, "How long bodies over 64 kB are kept: pictures of cameras, say.") { Default = "for ever", Example = "14d" },
            new("ids", Duration, "How long ids are remembered: repeats are recognised, and edits find their message, that long.") { Default = "for ever", Example = "365d" },
        ]), "How long things are kept."),
    ];

    private static IReadOnlyList<ConfigKey> Http { get; } =
    [
        new("listen", Text, "Address and port to listen on.") { IsRequired = true, Example = "127.0.0.1:8480" },
        new("public_url", Url, "How others reach it.") { Example = "https://bridge.example.org" },
        new("metrics_token", SecretText, "Who shows it sees metrics and details, 16 characters or more. Without it: on a loopback address everybody, elsewhere nobody.")
            { Example = "\"${file:/run/secrets/metrics_token}\"" },
    ];

    private static IReadOnlyList<ConfigKey> Access { get; } =
    [
        new("management", ListOrOne(Scalars.Address), "Conversations in which Bridge takes commands. Nothing said there is carried anywhere.") { Default = "none", Example = "[\"matrix:!bridge:example.org\"]" },
        new("roles", new KeyType.Map([
            new("admin", ListOrOne(Name), "People and groups who may use every command.") { Default = "nobody", Example = "[anna]" },
            new("user", ListOrOne(Name), "People and groups who may look, send again and start chats.") { Default = "nobody", Example = "[family]" },
        ]), "Who may give commands in the management conversations."),
        new("tokens", new KeyType.MapOf("name", new KeyType.Map([
            new("token", SecretText, "What is shown as `Authorization: Bearer ...`, 16 characters or more.") { IsRequired = true, Example = "\"${file:/run/secrets/grafana}\"" },
            new("may", ListOrOne(new KeyType.Choice([.. AccessBinder.Rights.Keys])), "How far it goes; each includes those before it.") { IsRequired = true, Example = "[read]" },
        ])), "Who may use the management API under `/api/v1`."),
    ];

    private static IReadOnlyList<ConfigKey> Telemetry { get; } =
    [
        new("log", new KeyType.Choice([.. SectionBinder.LogLevels]), "The least severe log line that is written.") { Default = "info", Example = "debug" },
        new("otlp", Url, "A collector that gets traces and metrics: gRPC on port 4317, otherwise HTTP.") { Example = "http://127.0.0.1:4318" },
    ];

    /// <summary>What every endpoint has, whatever its plugin.</summary>
    public static IReadOnlyList<ConfigKey> Endpoint { get; } =
    [
        new("plugin", Name, "The plugin that speaks the endpoint's network; `bridge plugins` lists them.") { IsRequired = true, Example = "mqtt" },
        new("enabled", Flag, "Whether the endpoint runs. What is owed to a disabled one is parked until it runs again.") { Default = "true", Example = "false" },
        new("allow", ListOrOne(Text), "Beginnings (`+49*`) or patterns over the rest of an address: only these are spoken to or heard.") { Default = "all", Example = "[\"alerts/#\"]" },
        new("deny", ListOrOne(Text), "The same, for what is neither spoken to nor heard.") { Default = "none", Example = "[\"private/#\"]" },
        new("limits", new KeyType.Map([
            new("rate", Scalars.Rate, "How fast the endpoint sends, over all routes; the rest waits.") { Default = "none" },
            new("per_day", WholeNumber, "How much it sends per calendar day; the rest waits for the next.") { Default = "none" },
            new("window", WholeNumber, "How many sends may be in flight.") { Default = "what the endpoint can", Example = "1" },
        ]), "Hard limits, shared by all routes."),
    ];

    public static IReadOnlyList<ConfigKey> Route(IEnumerable<DestinationOption> options) => RouteKeys.All(s_retained, options);

    public static KeyType ListOrOne(KeyType one) => new KeyType.OneOf([one, new KeyType.ListOf(one)]);
}
