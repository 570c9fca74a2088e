namespace Bridge.Core.Routing;

/// <summary>When what is remembered becomes due, or may be forgotten. Holds one entry per key, so that frequent renewals cost nothing.</summary>
public sealed class MemoryTimers
{
    private const int Few = 100;
    private readonly PriorityQueue<MemoryKey, DateTimeOffset> _queue = new();
    private readonly Dictionary<MemoryKey, DateTimeOffset> _scheduled = [];

    /// <summary>Looks that are planned, those that have become needless included.</summary>
    public int Count => _queue.Count;

    /// <summary>The time of the earliest look; there may be nothing to do then.</summary>
    public DateTimeOffset? Next => _queue.TryPeek(out _, out var at) ? at : null;

    public void Schedule(MemoryKey key, Remembered? value)
    {
        // A later time than scheduled is found out when the earlier one comes.
        if (TimeOf(value) is { } at && (!_scheduled.TryGetValue(key, out var scheduled) || at < scheduled))
        {
            _scheduled[key] = at;
            _queue.Enqueue(key, at);
            Tidy();
        }
    }

    /// <summary>The next key for which something is to be done now, with what is remembered; false when there is none.</summary>
    public bool TryTake(DateTimeOffset now, IMemory memory, out MemoryKey key, out Remembered value)
    {
        while (_queue.TryPeek(out key, out var at) && at <= now)
        {
            _queue.Dequeue();
            if (!_scheduled.TryGetValue(key, out var scheduled) || scheduled != at)
            {
                continue;
            }

            _scheduled.Remove(key);
            if (memory.Find(key) is not { } found)
            {
                continue;
            }

            if (TimeOf(found) <= now)
            {
                value = found;
                return true;
            }

            Schedule(key, found);
        }

        value = null!;
        return false;
    }

    /// <summary>A look that an earlier one replaced stays in the queue until its time, which may be days away: without this they would pile up.</summary>
    private void Tidy()
    {
        if (_queue.Count > Few && _queue.Count > 2 * _scheduled.Count)
        {
            _queue.Clear();
            _queue.EnqueueRange(_scheduled.Select(look => (look.Key, look.Value)));
        }
    }

    private static DateTimeOffset? TimeOf(Remembered? value) =>
        value?.Due is null || value.Forget < value.Due ? value?.Forget : value.Due;
}
