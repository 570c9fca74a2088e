namespace Bridge.Plugins.Tests.Broker;

/// <summary>The machine's clock, set forward by the test; timers are the machine's.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _ticks;
    private long _wallTicks;

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    /// <summary>Somebody sets the clock on the wall; no time passes.</summary>
    public void Set(TimeSpan forward) => Interlocked.Add(ref _wallTicks, forward.Ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (long)(System.GetTimestamp() * ((double)TimestampFrequency / System.TimestampFrequency)) + Volatile.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref _ticks) + Volatile.Read(ref _wallTicks));
}
