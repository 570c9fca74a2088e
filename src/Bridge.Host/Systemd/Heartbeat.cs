using Bridge.Host.Health;

namespace Bridge.Host.Systemd;

/// <summary>
/// Gives the service manager a sign of life at half the time it waits for one, and keeps the status line up to date. The sign is given only when
/// the parts that do the work have answered: a daemon that hangs is restarted, although its timers still run.
/// </summary>
internal sealed class Heartbeat(ServiceManager manager, Liveness liveness, Func<string> status, Action<string> silent, TimeProvider clock)
{
    private static readonly TimeSpan s_unwatched = TimeSpan.FromSeconds(10);

    /// <summary>How often.</summary>
    public TimeSpan Period { get; } = manager.Watchdog is { } watchdog && watchdog / 2 < s_unwatched ? watchdog / 2 : s_unwatched;

    /// <summary>Until stopping. A part that does not answer is told to <c>silent</c>, once.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Period, clock);
        var (told, said) = (status(), (string?)null);
        try
        {
            do
            {
                said = await BeatAsync(said);
                if (status() is var now && now != told)
                {
                    manager.Status(told = now);
                }
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task<string?> BeatAsync(string? said)
    {
        if (await liveness.SilentAsync(Period) is not { } part)
        {
            manager.Alive();
            return null;
        }

        if (said is null)
        {
            silent(part);
        }

        return part;
    }
}
