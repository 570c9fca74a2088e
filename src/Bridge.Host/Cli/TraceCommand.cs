using System.CommandLine;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary><c>bridge trace</c>: what became of one event.</summary>
internal static class TraceCommand
{
    public static Command Build()
    {
        var id = new Argument<string>("EVENT") { Description = "The event's id as emit, send and warnings in the log show it, the beginning of it as deliveries list shows it, or the number of a delivery." };
        var command = new Command("trace", "Tell the story of one event: what each rule said, and what became of its deliveries.") { id };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var request = new EventRequest(parsed.GetRequiredValue(id));
            output.Result<TraceReport>(await Common.DaemonOf(parsed).AskAsync("trace", request, cancellationToken), Print);
            return ExitCode.Ok;
        });
    }

    private static void Print(Output screen, TraceReport trace)
    {
        screen.Line($"{trace.EventId}  {trace.Kind} at {trace.Address}, {Words.Time(trace.ReceivedAt)}, {trace.Size} bytes, from {trace.Origin}");
        foreach (var route in trace.Routes)
        {
            screen.Line($"  {(route.Route.Length > 0 ? $"route {route.Route}" : "before the routes")}: [bold]{route.Verdict.Replace('-', ' ')}[/], {route.Because}");
            foreach (var note in route.Notes)
            {
                screen.Line($"    [dim]{note}[/]");
            }
        }

        foreach (var delivery in trace.Deliveries)
        {
            Words.Delivery(screen, delivery);
        }
    }
}
