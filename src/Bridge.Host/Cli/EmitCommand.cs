using System.CommandLine;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary><c>bridge emit</c>: an event as if it had come from a network; returns when it is durable.</summary>
internal static class EmitCommand
{
    public static Command Build()
    {
        var address = new Argument<string>("ADDRESS") { Description = "Where it happened, such as home:zigbee2mqtt/kitchen/leak_sensor." };
        var content = new Content();
        var retain = new Option<bool>("--retain") { Description = "As a retained state that a broker replays." };
        var command = new Command("emit", "Bring in an event as if a network had, and route it. Prints its id when it is stored.") { address };
        content.AddTo(command);
        command.Add(retain);
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var (text, payload) = content.Read(parsed);
            var request = new EmitRequest(parsed.GetRequiredValue(address), text, payload, parsed.GetValue(retain));
            var accepted = await Common.DaemonOf(parsed).AskAsync("emit", request, cancellationToken);
            output.Result<AcceptedReport>(accepted, (screen, report) => screen.Line($"{report.EventId}"));
            return ExitCode.Ok;
        });
    }
}
