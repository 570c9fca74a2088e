using System.Runtime;

namespace Bridge.Host.Daemon;

/// <summary>
/// Gives back the memory that a burst left with the process, once it is over: .NET collects when something is allocated, so a process that has nothing
/// more to do would keep it (docs/decisions/0227).
/// </summary>
internal sealed class IdleTrim : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(2);

    // In one period. A message costs about 20 kB, a sign of life and a scrape of the metrics less than 1 MB.
    private const long MostWhenIdle = 1 << 20;

    // A full collection takes some 30 ms: not for every few messages.
    private const long Worthwhile = 16 << 20;

    private readonly Func<long> _allocated;
    private readonly Action _trim;
    private readonly ITimer _timer;
    private long _before;
    private long _atLastTrim;

    /// <param name="allocated">How many bytes were ever allocated.</param>
    /// <param name="trim">Collects, and gives the free memory to the system.</param>
    /// <param name="clock">The only clock.</param>
    public IdleTrim(Func<long> allocated, Action trim, TimeProvider clock)
    {
        (_allocated, _trim, _before) = (allocated, trim, allocated());
        _timer = clock.CreateTimer(_ => Look(), null, s_period, s_period);
    }

    /// <summary>Of this process.</summary>
    public static IdleTrim Start(TimeProvider clock) => new(() => GC.GetTotalAllocatedBytes(), Collect, clock);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var now = _allocated();
        if (now - _before <= MostWhenIdle && now - _atLastTrim >= Worthwhile)
        {
            _trim();
            _atLastTrim = now;
        }

        _before = now;
    }

    private static void Collect()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
