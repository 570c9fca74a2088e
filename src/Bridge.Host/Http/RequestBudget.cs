namespace Bridge.Host.Http;

/// <summary>How many requests are answered: so many at once, then so many a second.</summary>
internal sealed class RequestBudget(int burst, int perSecond, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private double _left = burst;
    private long _at = clock.GetTimestamp();

    public bool TryTake()
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            _left = Math.Min(burst, _left + (clock.GetElapsedTime(_at, now).TotalSeconds * perSecond));
            _at = now;
            if (_left < 1)
            {
                return false;
            }

            _left--;
            return true;
        }
    }
}
