using System.CommandLine;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Endpoints;
using Bridge.Host.Admin;
using Bridge.Host.Configuration;
using Bridge.Host.Configuration.Binding;
using Bridge.Host.Plugins;

namespace Bridge.Host.Cli;

/// <summary><c>bridge connect</c>: would each endpoint connect, as configured? Sends nothing and changes nothing, here or there.</summary>
internal static class ConnectCommand
{
    private const string Works = "works";
    private const string Failed = "failed";
    private const string Running = "running";

    public static Command Build()
    {
        var files = new Argument<string[]>("CONFIG") { Description = "Files or folders; default: as for run, or what the running daemon has.", Arity = ArgumentArity.ZeroOrMore };
        var timeout = new Option<string>("--timeout") { Description = "How long each endpoint may take.", HelpName = "duration", DefaultValueFactory = _ => "15s" };
        var command = new Command("connect", "Try each endpoint of a configuration: reach its network, say what came of it. Sends nothing, and disturbs no running daemon.") { files, timeout };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            if (!TextValues.TryDuration(parsed.GetValue(timeout)!, out var patience) || patience <= TimeSpan.Zero)
            {
                throw new CliException(ExitCode.Usage, "--timeout is no duration", "write a number with a unit, such as 5s or 1m");
            }

            var places = await Setup.PlacesAsync(parsed, parsed.GetValue(files) ?? [], cancellationToken);
            var plugins = Setup.Plugins(places.Plugins);
            var config = Setup.OrFail(ConfigReader.Read(places.Configuration, Setup.Sources(plugins)), output).Config!;
            var running = await RunningAsync(parsed, cancellationToken);
            var tried = await Task.WhenAll(config.Endpoints.Select(endpoint => TryAsync(endpoint, plugins, running, patience, cancellationToken)));
            output.Result(tried, Print);
            return tried.Any(one => one.Result == Failed) ? ExitCode.Failed : ExitCode.Ok;
        });
    }

    /// <summary>The endpoints of the daemon on the data folder, by name; empty when none runs.</summary>
    private static async Task<IReadOnlyDictionary<string, EndpointReport>> RunningAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var daemon = Common.DaemonOf(parsed);
        return await daemon.IsRunningAsync(cancellationToken)
            ? (await daemon.AskAsync("status", new Nothing(), cancellationToken)).Deserialize<StatusReport>(AdminProtocol.Json)!.Endpoints.ToDictionary(endpoint => endpoint.Name)
            : new Dictionary<string, EndpointReport>();
    }

    private static async Task<TriedReport> TryAsync(
        EndpointConfig endpoint, PluginCatalog plugins, IReadOnlyDictionary<string, EndpointReport> running, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!endpoint.Enabled)
        {
            return new TriedReport(endpoint.Id.Value, endpoint.Plugin, "off", 0, "switched off (enabled: false)");
        }

        if (plugins.Find(endpoint.Plugin)?.Plugin is not { } plugin)
        {
            var why = endpoint.Failure ?? "its plugin is not loaded";
            return new TriedReport(endpoint.Id.Value, endpoint.Plugin, Failed, 0, why, "see: bridge plugins");
        }

        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        var found = await EndpointProbe.RunAsync(plugin, endpoint, patience, clock, cancellationToken);
        var milliseconds = (long)clock.GetElapsedTime(began).TotalMilliseconds;
        TriedReport Report(string result, string about, string? cure = null) => new(endpoint.Id.Value, endpoint.Plugin, result, milliseconds, about, cure);
        return found switch
        {
            ProbeResult.Works works => Report(Works, works.Found),
            ProbeResult.InUse when running.GetValueOrDefault(endpoint.Id.Value) is { Phase: "connected" } own => Report(Running, string.Join("; ", (string[])["the running daemon has it", .. own.Facts])),
            ProbeResult.InUse taken => Report(Failed, taken.What, taken.Cure),
            ProbeResult.Fails failure => Report(Failed, failure.Why, failure.Cure),
            _ => Report("not tried", "its plugin cannot try without connecting for good"),
        };
    }

    private static void Print(Output screen, TriedReport[] tried) =>
        screen.Table(["endpoint", "plugin", "result", "time", "about"], tried.Select(one => (string[])
        [
            one.Endpoint, one.Plugin, one.Result, $"{one.Milliseconds} ms", one.Cure is null ? one.About : $"{one.About} ({one.Cure})",
        ]));
}

/// <param name="Result">works, running (by the daemon), failed, off or not tried.</param>
/// <param name="About">What was found, or why it failed.</param>
internal sealed record TriedReport(string Endpoint, string Plugin, string Result, long Milliseconds, string About, string? Cure = null);
