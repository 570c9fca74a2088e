using System.CommandLine;
using System.Globalization;
using Bridge.Abstractions;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Host.Admin;
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
            var plugins = Setup.Plugins(parsed);
            var config = Setup.ReadOrFail(parsed, output, plugins, withSecrets: false).Config!;
            var (text, payload) = content.Read(parsed);
            var inbound = Accepting.Inbound(config, plugins, parsed.GetRequiredValue(from), text, payload, parsed.GetValue(retain));
            var now = TimeOf(parsed.GetValue(at), config.Zone);
            var memory = await MemoryAsync(parsed, cancellationToken);
            var arrival = new Arrival(EventId.New(TimeProvider.System), inbound, now, Origin.Cli);
            var explanation = Explanation.Of(RouteTable.Compile(config.Routes), arrival, memory.Memory, now, config.Zone);
            output.Result(ExplainReport.Of(explanation, memory.OfDaemon), ExplainReport.Print);
            return ExitCode.Ok;
        });
    }

    private static DateTimeOffset TimeOf(string? at, TimeZoneInfo zone)
    {
        var now = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), zone);
        if (at is null)
        {
            return now;
        }

        if (!TimeOnly.TryParseExact(at, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            throw new CliException(ExitCode.Usage, $"--at '{at}' is no time of day", "write it as HH:mm, such as 23:10");
        }

        var local = now.Date + time.ToTimeSpan();
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    private static async Task<(IMemory Memory, bool OfDaemon)> MemoryAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var daemon = Common.DaemonOf(parsed);
        return await daemon.IsRunningAsync(cancellationToken)
            ? (MemoryReport.Read(await daemon.AskAsync("memory", new Nothing(), cancellationToken)), true)
            : (new RulesMemory(), false);
    }
}
