using System.CommandLine;
using System.Text.Json;
using Bridge.Host.Admin;
using Bridge.Storage;
using Bridge.Storage.Backups;
using Bridge.Storage.Checking;

namespace Bridge.Host.Cli;

/// <summary><c>bridge check</c>: a running daemon looks over its own data; a stopped folder or a backup is looked over here.</summary>
internal static class CheckCommand
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    public static Command Build()
    {
        var backup = new Argument<string?>("BACKUP") { Description = "A backup. Default: the data folder.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("check", "Look for damage in the data folder or a backup: every file, every record. Changes nothing. Exit code 1 when something is wrong.") { backup };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var report = await Folders.WorkAsync(output, "Checking", progress => parsed.GetValue(backup) is { } path
                ? BackupAsync(parsed, output, Path.GetFullPath(path), progress, cancellationToken)
                : DataAsync(parsed, output, progress, cancellationToken));
            output.Result(report, Print);
            return report.Findings.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
    }

    private static Task<CheckReport> BackupAsync(
        ParseResult parsed, Output output, string path, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        BackupManifest.Read(path); // says what is wrong with the argument
        return FolderCheck.RunAsync(path, Folders.KeyOf(parsed, output, path), progress, cancellationToken);
    }

    private static async Task<CheckReport> DataAsync(ParseResult parsed, Output output, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var data = Common.DataOf(parsed);
        var daemon = Common.DaemonOf(parsed);
        if (await daemon.IsRunningAsync(cancellationToken))
        {
            return await DaemonAsync(daemon, progress, cancellationToken);
        }

        return Directory.Exists(data)
            ? await FolderCheck.RunAsync(data, Folders.KeyOf(parsed, output, data), progress, cancellationToken)
            : throw new CliException(ExitCode.NotFound, $"there is no data folder {data}", "name another one with --data");
    }

    private static async Task<CheckReport> DaemonAsync(AdminClient daemon, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var checking = daemon.AskAsync("check", new Nothing(), cancellationToken);
        while (await Task.WhenAny(checking, Task.Delay(s_look, TimeProvider.System, cancellationToken)) != checking)
        {
            if ((await daemon.AskAsync("check-progress", new Nothing(), cancellationToken)).Deserialize<ProgressReport>(AdminProtocol.Json) is { Unit: { } unit } now)
            {
                progress.Report(new WorkProgress(now.Done, now.Of, unit));
            }
        }

        return (await checking).Deserialize<CheckReport>(AdminProtocol.Json)!;
    }

    private static void Print(Output screen, CheckReport report)
    {
        foreach (var finding in report.Findings)
        {
            screen.Line($"[red]{finding.Where}[/]: {finding.What}");
            screen.Line($"  [dim]{finding.Cure}[/]");
        }

        foreach (var notice in report.Notices)
        {
            screen.Line($"[yellow]{notice}[/]");
        }

        var opened = report.Opened is { } number ? $", {number} records opened" : "";
        var destroyed = report.Destroyed > 0 ? $", {report.Destroyed} whose key retention destroyed" : "";
        screen.Line($"{Folders.Holding(report.Events, report.Deliveries)}{opened}{destroyed}: {(report.Findings.Count == 0 ? "all is well" : Words.Count(report.Findings.Count, "finding"))}");
    }
}

/// <summary>How far the daemon's check is; no unit: it has not begun.</summary>
internal sealed record ProgressReport(long Done, long? Of = null, string? Unit = null);
