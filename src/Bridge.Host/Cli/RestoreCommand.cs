using System.CommandLine;
using Bridge.Storage.Backups;

namespace Bridge.Host.Cli;

/// <summary><c>bridge restore</c>: puts a backup into a data folder that no daemon has.</summary>
internal static class RestoreCommand
{
    public static Command Build()
    {
        var backup = new Argument<string>("BACKUP") { Description = "The folder that bridge backup made; it stays as it is." };
        var moveAside = new Option<bool>("--move-aside") { Description = "Keep what is in the data folder in a folder in it, and put the backup in its place. Without it, a folder with data is refused." };
        var command = new Command("restore", "Put a backup into the data folder of a stopped daemon. Looks the backup over first.") { backup, moveAside };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var order = new RestoreOrder(Path.GetFullPath(parsed.GetRequiredValue(backup)), Common.DataOf(parsed), parsed.GetValue(moveAside));
            var source = Folders.KeyOf(parsed, output, order.Backup);
            var restored = await Folders.WorkAsync(output, "Restoring", progress => Restore.RunAsync(order, source, progress, TimeProvider.System, cancellationToken));
            var manifest = restored.Manifest;
            var report = new RestoreReport(
                order.Data, manifest.MadeAt, manifest.Bytes, manifest.Events, manifest.Deliveries, manifest.WithKey, restored.Check.Opened, restored.MovedTo);
            output.Result(report, Print);
            return ExitCode.Ok;
        });
    }

    private static void Print(Output screen, RestoreReport report)
    {
        screen.Line($"[bold]{report.Data}[/]");
        screen.Line($"  {Folders.Size(report.Bytes)}: {Folders.Holding(report.Events, report.Deliveries)}, as of {Words.Time(report.MadeAt)}");
        screen.Line(report.Opened is { } opened
            ? (FormattableString)$"  {opened} records were opened: all is well"
            : (FormattableString)$"  [yellow]no key was at hand, so no record was opened; the daemon will need the key the data was sealed with[/]");
        if (report.MovedTo is { } movedTo)
        {
            screen.Line($"  what was there is in {movedTo}; delete that when you need it no more");
        }

        screen.Line($"  What Bridge accepted after that moment is not in it. What was owed then may have been sent since: it goes out again where a");
        screen.Line($"  repeat is harmless or recognised, and is uncertain elsewhere, such as SMS, until you say: bridge deliveries retry or drop.");
    }
}

/// <param name="Opened">How many records were opened before; null: no key was at hand.</param>
/// <param name="MovedTo">Where the data went that was there.</param>
internal sealed record RestoreReport(
    string Data, DateTimeOffset MadeAt, long Bytes, long Events, long Deliveries, bool WithKey, long? Opened, string? MovedTo);
