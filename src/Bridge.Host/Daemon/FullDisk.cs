using Bridge.Core;
using Bridge.Core.Storage;
using Bridge.Host.Systemd;

namespace Bridge.Host.Daemon;

/// <summary>A full disk is waited for, at the start as later: whoever makes room need not think of Bridge.</summary>
internal sealed class FullDisk(Telemetry telemetry, ServiceManager manager, TimeProvider clock)
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Opens, and opens again until there is room. What else fails is thrown.</summary>
    public async Task<T> WaitAsync<T>(Func<Task<T>> open, CancellationToken cancellationToken)
    {
        for (var first = true; ; first = false)
        {
            try
            {
                return await open();
            }
            catch (StoreException failure) when (failure.DiskFull)
            {
                telemetry.NoRoomToStart(failure, first);
                manager.Status(failure.Message);
                await Task.Delay(s_lookAgain, clock, cancellationToken);
            }
        }
    }
}
