using Bridge.Abstractions;

namespace Bridge.Core.Delivery;

/// <summary>A bucket that starts full and refills evenly. What costs more than a full bucket is let through when it is full, and paid off afterwards.</summary>
internal sealed class TokenBucket(Rate rate, DateTimeOffset now)
{
    private double _tokens = rate.Count;
    private DateTimeOffset _filledAt = now;

    public Rate Rate { get; } = rate;

    /// <summary>Zero when that many units may be spent now; otherwise how long to wait.</summary>
    public TimeSpan WaitFor(int units, DateTimeOffset now)
    {
        Refill(now);
        var missing = Math.Min(units, Rate.Count) - _tokens;
        // A tick more than computed: rounding down would wake a moment too early and wait again.
        return missing <= 1e-9 ? TimeSpan.Zero : (Rate.Per * (missing / Rate.Count)) + TimeSpan.FromTicks(1);
    }

    public void Spend(int units) => _tokens -= units;

    private void Refill(DateTimeOffset now)
    {
        if (now > _filledAt)
        {
            _tokens = Math.Min(Rate.Count, _tokens + (Rate.Count * ((now - _filledAt) / Rate.Per)));
        }

        _filledAt = now;
    }
}
