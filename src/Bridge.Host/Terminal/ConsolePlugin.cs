using Bridge.Abstractions;

namespace Bridge.Host.Terminal;

/// <summary>The built-in endpoint of whoever started the daemon: prints messages, takes typed lines. Its only address is <c>me</c>.</summary>
internal sealed class ConsolePlugin(ConsoleSurface surface) : Plugin<ConsoleOptions>
{
    public const string Name = "console";

    public override PluginDescription Description { get; } = new()
    {
        Name = Name,
        Carries = EventFeature.Text,
        CheckDestination = OnlyMe,
        CheckPattern = OnlyMe,
    };

    protected override IEndpoint Create(EndpointContext context, ConsoleOptions options) => new ConsoleEndpoint(context, surface);

    private static string? OnlyMe(string rest) => rest is "me" or "*" ? null : "a console has one address: me";
}

/// <summary>A console has no options.</summary>
public sealed record ConsoleOptions;
