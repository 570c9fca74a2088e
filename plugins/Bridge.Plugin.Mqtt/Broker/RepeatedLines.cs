namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// Bounds the lines of the log that strangers can repeat: so many of a kind in a minute, then one that says how many more there were. The counters
/// count all. Thread-safe.
/// </summary>
internal sealed class RepeatedLines(TimeProvider clock)
{
    private const int PerMinute = 10;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();

    // Kinds are ours, not the strangers': there are few.
    private readonly Dictionary<string, Minute> _minutes = new(StringComparer.Ordinal);

    /// <summary>Whether one more may be written now.</summary>
    public bool MayWrite(string kind)
    {
        lock (_gate)
        {
            var minute = _minutes.GetValueOrDefault(kind) ?? (_minutes[kind] = new Minute(clock.GetTimestamp()));
            return ++minute.Count <= PerMinute;
        }
    }

    /// <summary>Of the kinds whose minute is over, how many were not written.</summary>
    public List<(string Kind, int More)> TakeOver() => Take(minute => clock.GetElapsedTime(minute.Began) >= s_minute);

    /// <summary>The same of all.</summary>
    public List<(string Kind, int More)> TakeAll() => Take(static _ => true);

    private List<(string Kind, int More)> Take(Func<Minute, bool> isOver)
    {
        lock (_gate)
        {
            var over = _minutes.Where(pair => isOver(pair.Value)).ToList();
            over.ForEach(pair => _minutes.Remove(pair.Key));
            return [.. over.Where(pair => pair.Value.Count > PerMinute).Select(pair => (pair.Key, pair.Value.Count - PerMinute))];
        }
    }

    private sealed class Minute(long began)
    {
        public long Began => began;

        public int Count { get; set; }
    }
}
