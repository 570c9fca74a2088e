using System.Runtime.InteropServices;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Systemd;

/// <summary>The real daemon under something that listens as systemd does.</summary>
public sealed class ServiceJourneyTests : IDisposable
{
    private readonly Workspace _workspace = new(Workspace.Endpoints);

    [Fact]
    public async Task The_manager_hears_of_the_start_of_life_of_reloads_and_of_the_end()
    {
        using var socket = new NotifySocket(Path.Combine(_workspace.Folder, "notify"));
        _workspace.Environment["NOTIFY_SOCKET"] = socket.Name;
        _workspace.Environment["WATCHDOG_USEC"] = "400000";
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        Assert.Equal("STATUS=starting: opening the data folder", await socket.NextAsync());
        Assert.Equal("READY=1\nSTATUS=generation 1, 2 of 2 endpoints connected", await socket.WaitForAsync("READY=1"));
        await socket.WaitForAsync("WATCHDOG=1");
        await socket.WaitForAsync("WATCHDOG=1");

        daemon.Signal(PosixSignal.SIGHUP);
        Assert.Matches("^RELOADING=1\nMONOTONIC_USEC=[0-9]+$", await socket.WaitForAsync("RELOADING=1"));
        Assert.Equal("READY=1\nSTATUS=generation 2, 2 of 2 endpoints connected", await socket.WaitForAsync("READY=1"));

        _workspace.Config = "version: 1\nrouts: []\n";
        daemon.Signal(PosixSignal.SIGHUP);
        Assert.EndsWith("the last reload was refused, see the log", await socket.WaitForAsync("READY=1"), StringComparison.Ordinal);
        Assert.Equal(0, await daemon.StopAsync());
        await socket.WaitForAsync("STOPPING=1");
    }

    public void Dispose() => _workspace.Dispose();
}
