namespace Bridge.Core.Messages;

// What is done without an input: looks at what waits, and what became due.
public sealed partial class DecisionLoop
{
    // The runtime's timers count whole milliseconds, and end at 49 days.
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private DateTimeOffset _pausedUntil = DateTimeOffset.MinValue;
    private volatile bool _timersStarted;
    private bool _historyAsked;

    /// <summary>
    /// Lets what became due be said. Called once delivery has taken up what the store holds: what is said before that, it would take twice.
    /// </summary>
    public void StartTimers()
    {
        // Not by an input: a failed commit fails what waits, and the timers must start all the same.
        _timersStarted = true;
        Enqueue(new LoopInput.Asked((_, _, _) => { }));
    }

    private TimeSpan UntilNextTimer()
    {
        if (!_timersStarted || (_historyAsked ? _overlay.NextLook : DateTimeOffset.MinValue) is not { } next)
        {
            return s_longest;
        }

        var at = next > _pausedUntil ? next : _pausedUntil;
        var delay = at - _clock.GetUtcNow();
        return delay <= TimeSpan.Zero ? TimeSpan.Zero
            : delay < s_shortest ? s_shortest
            : delay < s_longest ? delay
            : s_longest;
    }

    /// <summary>Once: what portals waited for when Bridge stopped, and what links still want.</summary>
    private void AskForHistory(DecidedBatch batch)
    {
        if (_historyAsked)
        {
            return;
        }

        foreach (var wanted in _decider.HistoryWanted())
        {
            _ports.HistoryWanted(wanted);
        }

        _decider.Begin(batch, again: true);
        _historyAsked = true;
    }
}
