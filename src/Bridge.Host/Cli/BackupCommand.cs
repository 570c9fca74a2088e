using System.CommandLine;
using Bridge.Host.Daemon;
using Bridge.Storage.Backups;

namespace Bridge.Host.Cli;

/// <summary><c>bridge backup</c>: asks nobody and opens nothing, so it works beside a running daemon and without its key.</summary>
internal static class BackupCommand
{
    public static Command Build()
    {
        var target = new Argument<string>("FOLDER")
        {
            Description = "Where the backup gets a folder of its own, named after the moment; never overwrites. Default: the current folder.",
            DefaultValueFactory = _ => ".",
        };
        var withKey = new Option<bool>("--with-key") { Description = "Put the key file of the data folder into the backup. Then whoever has the backup can read it; without it the backup is of no use to anybody who has not the key." };
        var keep = new Option<int?>("--keep") { Description = "Afterwards, delete the oldest backups in FOLDER until this many are left.", HelpName = "number" };
        var command = new Command("backup", "Copy the data, sealed as it is, while the daemon runs or not. The key stays out unless you say --with-key.") { target, withKey, keep };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            if (parsed.GetValue(keep) is < 1)
            {
                throw new CliException(ExitCode.Usage, "--keep needs a number of at least 1", "write, say, --keep 14");
            }

            var order = new BackupOrder(Common.DataOf(parsed), Path.GetFullPath(parsed.GetRequiredValue(target)), parsed.GetValue(withKey), Product.Version);
            var made = await Folders.WorkAsync(output, "Backing up", progress => Backup.MakeAsync(order, progress, TimeProvider.System, cancellationToken));
            var removed = Prune(order.Target, parsed.GetValue(keep));
            output.Result(Report(made, removed), Print);
            return ExitCode.Ok;
        });
    }

    private static List<string> Prune(string target, int? keep)
    {
        var old = keep is { } number ? Backup.In(target).SkipLast(number).ToList() : [];
        old.ForEach(path => Directory.Delete(path, recursive: true));
        return old;
    }

    private static BackupReport Report(MadeBackup made, List<string> removed)
    {
        var manifest = made.Manifest;
        return new(made.Folder, manifest.MadeAt, manifest.Bytes, manifest.Events, manifest.Deliveries, manifest.WithKey, made.Lost, removed);
    }

    private static void Print(Output screen, BackupReport report)
    {
        screen.Line($"[bold]{report.Backup}[/]");
        screen.Line($"  {Folders.Size(report.Bytes)}: {Folders.Holding(report.Events, report.Deliveries)}, as of {Words.Time(report.MadeAt)}");
        screen.Line(report.WithKey
            ? (FormattableString)$"  [yellow]with the key: whoever has this folder can read everything in it[/]"
            : (FormattableString)$"  without the key: keep a copy of that elsewhere, nothing can be read without it");
        if (report.Lost > 0)
        {
            screen.Line($"  [yellow]{report.Lost} big bodies are lost in the data folder, so they are not in the backup: see bridge check[/]");
        }

        foreach (var removed in report.Removed)
        {
            screen.Line($"  [dim]deleted {removed}[/]");
        }

        screen.Line($"  look it over:  bridge check {report.Backup}");
        screen.Line($"  restore it:    bridge restore {report.Backup} --data FOLDER");
    }
}

/// <param name="Lost">Bodies that are lost in the data folder.</param>
/// <param name="Removed">Older backups that were deleted.</param>
internal sealed record BackupReport(
    string Backup, DateTimeOffset MadeAt, long Bytes, long Events, long Deliveries, bool WithKey, int Lost, IReadOnlyList<string> Removed);
