using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>A real daemon in a process of its own, with a folder of its own. Whatever happens, nothing of it outlives the test.</summary>
internal sealed class BridgeProcess : IAsyncDisposable
{
    private readonly Process _process;

    private BridgeProcess(Workspace workspace, Process process)
    {
        Workspace = workspace;
        _process = process;
        Output = new CapturedLines(process.StandardOutput);
        Log = new CapturedLines(process.StandardError);
    }

    public Workspace Workspace { get; }

    /// <summary>What it prints to people.</summary>
    public CapturedLines Output { get; }

    /// <summary>What it logs.</summary>
    public CapturedLines Log { get; }

    /// <summary>Starts a daemon and waits until it says that it is ready.</summary>
    public static async Task<BridgeProcess> StartAsync(Workspace workspace, params string[] options)
    {
        var daemon = new BridgeProcess(workspace, workspace.Start(["run", .. options]));
        await daemon.Log.WaitForAsync("Ready: generation");
        return daemon;
    }

    /// <summary>The port of the embedded broker.</summary>
    public async Task<string> BrokerPortAsync() => (await Log.WaitForAsync("listening on 127.0.0.1:")).Split(':')[^1].Trim();

    public async Task PublishAsync(string topic, string payload)
    {
        using var publisher = Process.Start(new ProcessStartInfo(
            "mosquitto_pub", ["-h", "127.0.0.1", "-p", await BrokerPortAsync(), "-q", "1", "-t", topic, "-m", payload]))!;
        await publisher.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, publisher.ExitCode);
    }

    /// <summary>SIGKILL: no step of the daemon's own runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Signal(PosixSignal signal) => Workspace.Signal(_process.Id, signal);

    /// <summary>SIGSTOP: it is there, and does nothing any more.</summary>
    public async Task FreezeAsync()
    {
        using var stop = Process.Start("kill", ["-STOP", $"{_process.Id}"]);
        await stop.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGTERM; gives the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Signal(PosixSignal.SIGTERM);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
