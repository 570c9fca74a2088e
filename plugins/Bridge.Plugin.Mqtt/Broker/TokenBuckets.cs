namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>How often something may happen, counted for each key apart: so many at once, and as many again in each minute. Thread-safe.</summary>
internal sealed class TokenBuckets<TKey>(TimeProvider clock)
    where TKey : notnull
{
    /// <summary>Keys come from strangers: full buckets are forgotten beyond so many.</summary>
    private const int ManyKeys = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Bucket> _buckets = [];

    /// <summary>Takes one; false when none is left.</summary>
    public bool TryTake(TKey key, int perMinute)
    {
        lock (_gate)
        {
            var tokens = Tokens(key, perMinute);
            if (tokens < 1)
            {
                return false;
            }

            Forget(perMinute);
            _buckets[key] = new Bucket(tokens - 1, clock.GetTimestamp());
            return true;
        }
    }

    /// <summary>Whether one is left.</summary>
    public bool Has(TKey key, int perMinute)
    {
        lock (_gate)
        {
            return Tokens(key, perMinute) >= 1;
        }
    }

    /// <summary>What was taken did not count.</summary>
    public void GiveBack(TKey key, int perMinute)
    {
        lock (_gate)
        {
            if (_buckets.ContainsKey(key))
            {
                _buckets[key] = new Bucket(Math.Min(perMinute, Tokens(key, perMinute) + 1), clock.GetTimestamp());
            }
        }
    }

    private double Tokens(TKey key, int perMinute) => _buckets.TryGetValue(key, out var bucket) ? TokensOf(bucket, perMinute) : perMinute;

    private double TokensOf(Bucket bucket, int perMinute) =>
        Math.Min(perMinute, bucket.Tokens + (clock.GetElapsedTime(bucket.At).TotalMinutes * perMinute));

    private void Forget(int perMinute)
    {
        if (_buckets.Count < ManyKeys)
        {
            return;
        }

        foreach (var key in _buckets.Where(pair => TokensOf(pair.Value, perMinute) >= perMinute).Select(pair => pair.Key).ToList())
        {
            _buckets.Remove(key);
        }

        if (_buckets.Count >= ManyKeys)
        {
            // So many in one minute are an attack; memory comes first.
            _buckets.Clear();
        }
    }

    private readonly record struct Bucket(double Tokens, long At);
}
