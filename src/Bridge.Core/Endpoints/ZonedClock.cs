namespace Bridge.Core.Endpoints;

/// <summary>The clock that endpoints see: its local time is that of the configuration, which may not be that of the machine.</summary>
public sealed class ZonedClock(TimeProvider clock, TimeZoneInfo zone) : TimeProvider
{
    private volatile TimeZoneInfo _zone = zone;

    public override TimeZoneInfo LocalTimeZone => _zone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    /// <summary>From now on, as after a reload.</summary>
    public void UseZone(TimeZoneInfo zone) => _zone = zone;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
