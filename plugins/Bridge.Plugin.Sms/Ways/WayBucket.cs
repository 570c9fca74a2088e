using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Ways;

/// <summary>
/// A bucket that starts full and refills evenly. What costs more than a full one is let through when it is full, and paid off afterwards.
/// </summary>
internal sealed class WayBucket(Rate rate, TimeProvider clock)
{
    private double _tokens = rate.Count;
    private long _filledAt = clock.GetTimestamp();

    /// <summary>Zero when that many parts may be sent now; otherwise how long to wait.</summary>
    public TimeSpan WaitFor(int parts)
    {
        _tokens = Math.Min(rate.Count, _tokens + (rate.Count * (clock.GetElapsedTime(_filledAt) / rate.Per)));
        _filledAt = clock.GetTimestamp();
        var missing = Math.Min(parts, rate.Count) - _tokens;
        return missing <= 1e-9 ? TimeSpan.Zero : (rate.Per * (missing / rate.Count)) + TimeSpan.FromTicks(1);
    }

    public void Spend(int parts) => _tokens -= parts;
}
