namespace Bridge.Testing.Endpoints;

/// <summary>
/// A clock that stands still until a test moves it. Its timers fire inside <see cref="Advance"/>, one after another in the order in which they are due, and
/// see the time at which they are due. Timers set to fire at once do so on the thread pool, as real ones.
/// </summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<VirtualTimer> _timers = [];
    private readonly DateTimeOffset _start;
    private DateTimeOffset _now;
    private int _firing;

    /// <summary>Starts at noon of a day in November, well away from any change of clocks.</summary>
    public ManualClock()
        : this(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public ManualClock(DateTimeOffset start) => _start = _now = start;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>When the next timer is due; null when none is set.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count == 0 ? null : _timers.Min(timer => timer.Due);
            }
        }
    }

    /// <summary>Whether a timer fires that long from now: what waits so long has begun to.</summary>
    public bool IsDueIn(TimeSpan time)
    {
        lock (_lock)
        {
            return _timers.Exists(timer => timer.Due - _now == time);
        }
    }

    /// <summary>A timer that was set to fire at once has not done so yet.</summary>
    public bool IsFiring => Volatile.Read(ref _firing) > 0;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => (GetUtcNow() - _start).Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time on, and fires what becomes due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset target;
        lock (_lock)
        {
            target = _now + by;
        }

        while (TakeDue(target) is { } timer)
        {
            Inline.Run(timer.Fire);
        }
    }

    private VirtualTimer? TakeDue(DateTimeOffset target)
    {
        lock (_lock)
        {
            var timer = _timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due);
            if (timer is null)
            {
                _now = target;
                return null;
            }

            _now = timer.Due > _now ? timer.Due : _now;
            if (timer.Period is { } period)
            {
                timer.Due += period;
            }
            else
            {
                _timers.Remove(timer);
            }

            return timer;
        }
    }

    private bool Set(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            timer.Period = period > TimeSpan.Zero ? period : null;
            if (dueTime == TimeSpan.Zero && timer.Period is null)
            {
                Interlocked.Increment(ref _firing);
                ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.FireAtOnce(), timer, preferLocal: false);
            }
            else if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timer.Due = _now + dueTime;
                _timers.Add(timer);
            }

            return true;
        }
    }

    private void Remove(VirtualTimer timer)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class VirtualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private volatile bool _disposed;

        public DateTimeOffset Due { get; set; }

        public TimeSpan? Period { get; set; }

        public void Fire()
        {
            if (!_disposed)
            {
                callback(state);
            }
        }

        public void FireAtOnce()
        {
            try
            {
                Fire();
            }
            finally
            {
                Interlocked.Decrement(ref clock._firing);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => !_disposed && clock.Set(this, dueTime, period);

        public void Dispose()
        {
            _disposed = true;
            clock.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
