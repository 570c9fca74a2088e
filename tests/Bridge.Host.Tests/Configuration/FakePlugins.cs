using System.ComponentModel;
using Bridge.Abstractions;
using Bridge.Host.Configuration;
using Bridge.Host.Plugins;

namespace Bridge.Host.Tests.Configuration;

/// <summary>A plugin that is only its description and options: enough for the configuration.</summary>
internal sealed class FakePlugin<TOptions>(PluginDescription description, Func<TOptions, IEnumerable<OptionProblem>>? check = null) : Plugin<TOptions>
    where TOptions : notnull
{
    public override PluginDescription Description { get; } = description;

    protected override IEnumerable<OptionProblem> Check(TOptions options) => check?.Invoke(options) ?? [];

    protected override IEndpoint Create(EndpointContext context, TOptions options) => throw new NotSupportedException();
}

/// <summary>Options of every shape that a plugin may have.</summary>
public sealed record BusOptions
{
    [Description("The server: bus://host:1700.")]
    public Uri? Url { get; init; }

    public string? Username { get; init; }

    public Secret? Password { get; init; }

    public BusProtocol Protocol { get; init; } = BusProtocol.Modern;

    public BusSession Session { get; init; } = new();

    public BusTls? Tls { get; init; }

    public BusLine? Line { get; init; }

    public int? Port { get; init; }

    public Guid? Instance { get; init; }

    public double Factor { get; init; } = 1;

    public bool Clean { get; init; }

    public ByteSize Packet { get; init; } = new(1_000_000);

    public EquatableArray<string> Topics { get; init; }

    public IReadOnlyDictionary<string, BusUser> Users { get; init; } = new Dictionary<string, BusUser>();
}

public enum BusProtocol
{
    Modern,
    VeryOld,
}

public sealed record BusSession
{
    public string ClientId { get; init; } = "bridge";

    public TimeSpan Expiry { get; init; } = TimeSpan.FromDays(1);
}

public sealed record BusTls(FileInfo Ca);

public sealed record BusLine
{
    public required BusProtocol Kind { get; init; }

    public string? Number { get; init; }
}

public sealed record BusUser
{
    public required Secret Password { get; init; }
}

public sealed record ChatOptions
{
    public required Uri Server { get; init; }
}

internal static class FakePlugins
{
    /// <summary>A topic network that carries data, a chat that carries messages, the console, a pager whose senders can be forged, and one that did not load.</summary>
    public static IReadOnlyList<IPlugin> All { get; } =
    [
        new FakePlugin<BusOptions>(
            new PluginDescription
            {
                Name = "bus",
                Addresses = AddressStyle.Levels,
                Carries = EventFeature.Data | EventFeature.Text,
                DestinationOptions =
                [
                    new DestinationOption("retain", ["true", "false"], "Keep as the topic's state."),
                    new DestinationOption("qos", ["0", "1"], "Quality of service."),
                ],
                CheckDestination = rest => rest.AsSpan().ContainsAny('+', '#') ? "a topic to publish to has no + or #" : null,
                CheckPattern = rest => rest.StartsWith("$share/", StringComparison.Ordinal) ? "shared subscriptions are not supported" : null,
            },
            options => options switch
            {
                { Url: not null, Port: not null } => [new OptionProblem("port", "the url has the port already", "remove port")],
                { Session.Expiry.Ticks: 0 } => [new OptionProblem("session.expiry", "nothing is kept while Bridge is away", "write 1d") { IsWarning = true }],
                _ => [],
            }),
        new FakePlugin<ChatOptions>(
            new PluginDescription
            {
                Name = "chat",
                Carries = EventFeature.Text | EventFeature.Edit,
                CheckDestination = rest => rest.StartsWith('!') ? null : "a room begins with !",
            }),
        new FakePlugin<ConsoleOptions>(new PluginDescription { Name = "console", Carries = EventFeature.Text }),
        new FakePlugin<ConsoleOptions>(new PluginDescription { Name = "pager", Carries = EventFeature.Text, SendersCanBeForged = true }),
    ];

    public static ConfigSources Sources { get; } = new()
    {
        Plugins = new PluginCatalog(
            [.. All.Select(plugin => new FoundPlugin(plugin.Description.Name, "here", plugin, null)), new FoundPlugin("broken", "here", null, "it was built for contract version 7")]),
        Variable = name => name switch { "SET" => "the-value-of-set", "EMPTY" => "", "SHORT" => "four words", "NONSENSE" => "{{ nonsense", _ => null },
    };

    public sealed record ConsoleOptions;
}
