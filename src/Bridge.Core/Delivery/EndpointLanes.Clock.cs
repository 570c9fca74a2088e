namespace Bridge.Core.Delivery;

// What waits, waits for a length of time, though it is noted as a time of day: a clock that is set back must not stretch it.
internal sealed partial class EndpointLanes
{
    // Less than that is how clocks are steered.
    private static readonly TimeSpan s_setBack = TimeSpan.FromSeconds(-1);
    private (DateTimeOffset Now, long Timestamp) _looked;

    /// <summary>Moves what waits along with a clock that was set back since the last look. One that was set forward only makes it due sooner.</summary>
    private void FollowClock()
    {
        // However long it takes to look: between the times of day there passed at least what passed between the looks.
        var (looked, timestamp) = (_looked, _works.Clock.GetTimestamp());
        _looked = (Now, _works.Clock.GetTimestamp());
        var set = _looked.Now - looked.Now - _works.Clock.GetElapsedTime(looked.Timestamp, timestamp);
        if (set > s_setBack)
        {
            return;
        }

        (_heldUntil, _armedFor) = (null, DateTimeOffset.MaxValue);
        foreach (var lane in _lanes.Values.ToList())
        {
            lane.PausedUntil += set;
            foreach (var owed in lane.Items)
            {
                Move(owed, set);
            }

            Tend(lane);
        }
    }

    private static void Move(Owed owed, TimeSpan set)
    {
        owed.NotBefore += set;
        if (owed.Phase == OwedPhase.Sending)
        {
            owed.SentAt += set;
        }

        if (owed.Progress.DoubtSince is { } since)
        {
            owed.Progress = owed.Progress with { DoubtSince = since + set };
        }
    }
}
