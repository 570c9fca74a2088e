using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Bridge.Host.Tests.Proofs.Walk;

/// <summary>
/// A shell in a fresh checkout, with a network of its own where the kernel allows it: the ports of a page are then free, whatever runs here. A command
/// that stays in the foreground gets a terminal of its own, as a reader would open one.
/// </summary>
internal sealed class Terminal : IAsyncDisposable
{
    private const string EndMark = "--walk-end--";

    // The ending of the file that has the process of an open window.
    private const string Running = "running";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly FreshCheckout _checkout = new();
    private readonly Process _shell;
    private int _windows;

    private Terminal()
    {
        string[] network = Environment.UserName == "root" ? ["unshare", "-n"] : ["unshare", "-rn"];
        var start = new ProcessStartInfo(
            "bash", ["-c", $"if {string.Join(' ', network)} true 2>/dev/null; then exec {string.Join(' ', network)} bash --norc; else exec bash --norc; fi"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _checkout.Folder,
        };
        foreach (var (name, value) in new[] { ("HOME", _checkout.Home), ("TZ", "UTC"), ("TERM", "xterm"), ("NO_COLOR", "1"), ("LC_ALL", "C.UTF-8") })
        {
            start.Environment[name] = value;
        }

        _shell = Process.Start(start)!;
    }

    public static async Task<Terminal> OpenAsync()
    {
        var terminal = new Terminal();
        try
        {
            await terminal.RunAsync("exec 2>&1; ip link set lo up; umask 022");
            return terminal;
        }
        catch
        {
            await terminal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one command to its end; gives what it printed.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(string command)
    {
        await _shell.StandardInput.WriteAsync($"{{ {command}\n}} </dev/null\nprintf '\\n%s\\n' {EndMark}\n");
        await _shell.StandardInput.FlushAsync();
        var printed = new List<string>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(s_patience);
        while (await _shell.StandardOutput.ReadLineAsync(patience.Token) is { } line && line != EndMark)
        {
            printed.Add(AsOnThePage(line));
        }

        if (printed is [.., ""])
        {
            printed.RemoveAt(printed.Count - 1);
        }

        return printed;
    }

    /// <summary>Starts a command that stays in the foreground.</summary>
    public async Task<Window> OpenWindowAsync(Shown shown)
    {
        var file = Path.Combine(_checkout.Home, $"window-{++_windows}");
        await File.WriteAllTextAsync(file, $"echo $$ >{file}.{Running}\nexec {shown.Command}\n");
        await File.WriteAllTextAsync($"{file}.log", ""); // the shell returns before the one in the background has made it
        await RunAsync($"script -qefc 'bash {file}' /dev/null >{file}.log 2>&1 </dev/null & echo $! >{file}.pid");
        return new Window(shown, () => [.. File.ReadAllText($"{file}.log").Split('\n')[..^1].Select(AsOnThePage)], () => StopAsync(file));
    }

    /// <summary>Whatever became of the walk, nothing that it started goes on: a daemon whose window is gone is no child of the shell any more.</summary>
    public async ValueTask DisposeAsync()
    {
        _shell.Kill(entireProcessTree: true);
        foreach (var file in Directory.EnumerateFiles(_checkout.Home, $"window-*.{Running}"))
        {
            End(await File.ReadAllTextAsync(file));
        }

        await _shell.WaitForExitAsync();
        _shell.Dispose();
        _checkout.Dispose();
    }

    private async Task StopAsync(string file) =>
        await RunAsync($"kill $(cat {file}.pid); wait $(cat {file}.pid); kill -0 $(cat {file}.{Running}) 2>/dev/null || rm -f {file}.{Running}");

    private static void End(string number)
    {
        try
        {
            using var process = Process.GetProcessById(int.Parse(number, CultureInfo.InvariantCulture));
            process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is ArgumentException or FormatException or InvalidOperationException)
        {
            // It has ended, or never began.
        }
    }

    private string AsOnThePage(string line) => line.Replace(_checkout.Home, "/home/anna", StringComparison.Ordinal);
}

/// <summary>A command in a terminal of its own.</summary>
internal sealed class Window(Shown shown, Func<IReadOnlyList<string>> read, Func<Task> stop)
{
    private const string Ready = "Ready: generation";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    public Shown Shown => shown;

    /// <summary>Until the page's reader would go on: a daemon is ready, anything else has begun.</summary>
    public Task ReadyAsync() => shown.IsDaemon ? UntilAsync(() => read().Any(line => line.Contains(Ready, StringComparison.Ordinal))) : Task.Delay(s_look * 10, TimeProvider.System);

    /// <summary>What the page shows comes, if need be after the commands of later blocks; null when it does.</summary>
    public async Task<string?> DifferenceAsync()
    {
        await UntilAsync(() => Transcript.DifferenceInLog(shown.Output, read()) is null);
        return Transcript.DifferenceInLog(shown.Output, read());
    }

    public Task StopAsync() => stop();

    private static async Task UntilAsync(Func<bool> condition)
    {
        var clock = TimeProvider.System;
        for (var begun = clock.GetTimestamp(); !condition() && clock.GetElapsedTime(begun) < s_patience;)
        {
            await Task.Delay(s_look, clock);
        }
    }
}
