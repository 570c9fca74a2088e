namespace Bridge.Core.Delivery;

/// <summary>How long to wait before sending again: exponential with full jitter, so that many failed deliveries do not return in step.</summary>
internal static class RetryDelay
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(100);

    /// <summary>The most that may be waited after that many failed attempts: 1 s, 2 s, 4 s ... 5 min.</summary>
    public static TimeSpan Ceiling(int attempts) =>
        TimeSpan.FromSeconds(Math.Min(s_longest.TotalSeconds, s_first.TotalSeconds * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20))));

    /// <summary>Anything between next to nothing and the ceiling.</summary>
    public static TimeSpan After(int attempts, Random random)
    {
        var wait = Ceiling(attempts) * random.NextDouble();
        return wait > s_shortest ? wait : s_shortest;
    }
}
