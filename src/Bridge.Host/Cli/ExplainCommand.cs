using System.CommandLine;
using System.Text.Json;
using Bridge.Core.Routing;
using Bridge.Host.Admin;
using Bridge.Host.Configuration;
using Bridge.Host.Daemon;

namespace Bridge.Host.Cli;

/// <summary><c>bridge explain</c>: what the rules on disk would do with an event, on the memory of the running daemon when there is one.</summary>
internal static class ExplainCommand
{
    public static Command Build()
    {
        var from = new Option<string>("--from") { Description = "Where it happens, such as home:zigbee2mqtt/kitchen/leak_sensor.", Required = true, HelpName = "address" };
        var content = new Content();
        var retain = new Option<bool>("--retain") { Description = "As a retained state that a broker replays." };
        var at = new Option<string?>("--at") { Description = "At this time of today instead of now.", HelpName = "HH:mm" };
        var command = new Command("explain", "Say for every route whether it would fire, why or why not, and what each address would get. Sends nothing.") { from };
        content.AddTo(command);
        command.Add(retain);
        command.Add(at);
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var (text, payload) = content.Read(parsed);
            var request = new ExplainRequest(parsed.GetRequiredValue(from), text, payload, parsed.GetValue(retain), parsed.GetValue(at));
            output.Result(await ExplainAsync(parsed, output, request, cancellationToken), ExplainReport.Print);
            return ExitCode.Ok;
        });
    }

    /// <summary>By the rules on disk; where those have errors, by the ones the daemon runs.</summary>
    private static async Task<ExplainReport> ExplainAsync(ParseResult parsed, Output output, ExplainRequest request, CancellationToken cancellationToken)
    {
        var places = await Setup.PlacesAsync(parsed, cancellationToken);
        var plugins = Setup.Plugins(places.Plugins);
        var read = ConfigReader.Read(places.Configuration, Setup.Sources(plugins, withSecrets: false));
        var daemon = Common.DaemonOf(parsed);
        var running = await daemon.IsRunningAsync(cancellationToken);
        if (read.Config is null && running && !Common.NamesConfig(parsed))
        {
            Diagnostics.Print(output, read);
            return (await daemon.AskAsync("explain", request, cancellationToken)).Deserialize<ExplainReport>(AdminProtocol.Json)!;
        }

        var config = Setup.OrFail(read, output).Config!;
        var memory = running ? MemoryReport.Read(await daemon.AskAsync("memory", new Nothing(), cancellationToken)) : new RulesMemory();
        return Explaining.Explain(
            config, plugins, request, memory, (running ? ExplainReport.Daemon : ExplainReport.Empty, ExplainReport.Disk), TimeProvider.System);
    }
}
