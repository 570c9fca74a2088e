namespace Bridge.Core.Endpoints;

/// <summary>How long to wait before the next try: doubles from 1 s to 60 s, with jitter, so that many endpoints of one network do not return in step.</summary>
internal sealed class Backoff(Random random)
{
    /// <summary>
    /// A connection that held this long starts the count anew; that it carried something does not: one that falls over the same message each time
    /// carries something each time (decision 0113).
    /// </summary>
    public static readonly TimeSpan Good = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);
    private int _failures;

    public void Reset() => _failures = 0;

    /// <summary>Between half of the step and the whole of it, never below 1 s.</summary>
    public TimeSpan Next()
    {
        var step = Math.Min(s_longest.TotalSeconds, Math.Pow(2, Math.Min(_failures++, 10)));
        return TimeSpan.FromSeconds(Math.Max(1, step * (0.5 + (random.NextDouble() / 2))));
    }
}
