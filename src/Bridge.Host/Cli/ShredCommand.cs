using System.CommandLine;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary><c>bridge shred</c>: destroys one event.</summary>
internal static class ShredCommand
{
    public static Command Build()
    {
        var id = new Argument<string>("EVENT") { Description = "The event's id, the beginning of it, or the number of a delivery, as for trace." };
        var command = new Command("shred", "Destroy one event for ever: what it said, and what was sent because of it. What is still owed of it is dropped. Works with and without a running daemon.")
        {
            id, Unlocking.Option,
        };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var request = new EventRequest(parsed.GetRequiredValue(id));
            output.Result<ShredReport>(await KeysDoor.AskAsync(parsed, output, "shred", request, cancellationToken), (screen, report) =>
            {
                screen.Line($"{report.EventId} is destroyed here; {Words.Count(report.Resealed, "record")} that shared its keys were sealed anew");
                screen.Line($"[dim]Backups made before still hold it: delete them, or it can be read from there.[/]");
            });
            return ExitCode.Ok;
        });
    }
}
