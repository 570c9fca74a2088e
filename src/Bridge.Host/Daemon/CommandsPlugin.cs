using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Commands;
using Bridge.Core.Configuration;
using Bridge.Host.Admin;

namespace Bridge.Host.Daemon;

/// <summary>Makes the endpoint that does the commands of management conversations. It is there when such a conversation is configured.</summary>
/// <param name="answer">Owes an answer to a conversation.</param>
/// <param name="telemetry">Counts what was done.</param>
internal sealed class CommandsPlugin(Func<Address, MessagePosted, Task> answer, Telemetry telemetry) : Plugin<CommandsOptions>
{
    public const string Name = "~management";
    private volatile Served? _served;

    public override PluginDescription Description { get; } = new() { Name = Name, Carries = EventFeature.Text };

    /// <summary>As if it stood in the configuration.</summary>
    public static EndpointConfig Endpoint { get; } =
        new() { Id = CommandDesk.Id, Plugin = Name, Options = new CommandsOptions(), Fingerprint = Name };

    /// <summary>From now on there is who does them.</summary>
    /// <param name="config">That in force.</param>
    public void Serve(ChatCommands commands, Func<BridgeConfig> config) => _served = new Served(commands, config);

    protected override IEndpoint Create(EndpointContext context, CommandsOptions options) => new CommandDesk(
        () => _served?.Config() is { } config ? new Management(config.Access, config.People) : null,
        (command, asker, cancellationToken) => _served!.Commands.RunAsync(command, asker, cancellationToken),
        answer,
        telemetry);

    private sealed record Served(ChatCommands Commands, Func<BridgeConfig> Config);
}

/// <summary>There are none.</summary>
public sealed record CommandsOptions;
