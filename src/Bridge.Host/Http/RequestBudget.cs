namespace Bridge.Host.Http;

/// <summary>How many requests are answered: so many at once, then so many a second.</summary>
internal sealed class RequestBudget(int burst, int perSecond, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private double _left = burst;
    private long _at = clock.GetTimestamp();

    /// <summary>Nothing of it is spent.</summary>
    public bool IsWhole
    {
        get
        {
            lock (_lock)
            {
                Refill();
                return _left >= burst;
            }
        }
    }

    public bool TryTake()
    {
        lock (_lock)
        {
            Refill();
            if (_left < 1)
            {
                return false;
            }

            _left--;
            return true;
        }
    }

    /// <summary>What was taken turned out to be free.</summary>
    public void GiveBack()
    {
        lock (_lock)
        {
            _left = Math.Min(burst, _left + 1);
        }
    }

    private void Refill()
    {
        var now = clock.GetTimestamp();
        _left = Math.Min(burst, _left + (clock.GetElapsedTime(_at, now).TotalSeconds * perSecond));
        _at = now;
    }
}
