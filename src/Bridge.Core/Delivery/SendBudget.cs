using Bridge.Core.Configuration;

namespace Bridge.Core.Delivery;

/// <summary>What one endpoint may still send: token bucket and daily limit, in units, over all its lanes.</summary>
internal sealed class SendBudget
{
    private EndpointLimits _limits = new();
    private TokenBucket? _bucket;

    public DailyLimit Day { get; } = new();

    public int Window => _limits.Window ?? int.MaxValue;

    /// <summary>Null: there is no daily limit.</summary>
    public int? PerDay => _limits.PerDay;

    /// <summary>What is spent must outlive the process.</summary>
    public bool Lasting => _limits.PerDay is not null;

    /// <summary>Takes over the limits of the running configuration. A bucket whose rate did not change keeps its level.</summary>
    public void Use(EndpointLimits limits, DateTimeOffset now)
    {
        if (limits.Rate != _bucket?.Rate)
        {
            _bucket = limits.Rate is { } rate ? new TokenBucket(rate, now) : null;
        }

        _limits = limits;
    }

    /// <summary>When that many units may be spent; null: now.</summary>
    public Hold? HoldFor(int units, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (_limits.PerDay is { } perDay && Day.WaitFor(units, perDay, now, zone) is { } tomorrow)
        {
            return new Hold(tomorrow, $"the endpoint's daily limit of {perDay} is reached");
        }

        return _bucket?.WaitFor(units, now) is { } wait && wait > TimeSpan.Zero ? new Hold(now + wait, null) : null;
    }

    public void Spend(int units)
    {
        _bucket?.Spend(units);
        Day.Spend(units);
    }

    /// <summary>Nothing is sent before <paramref name="Until"/>.</summary>
    /// <param name="Until">When to look again.</param>
    /// <param name="Why">When it is worth saying.</param>
    public sealed record Hold(DateTimeOffset Until, string? Why);
}
