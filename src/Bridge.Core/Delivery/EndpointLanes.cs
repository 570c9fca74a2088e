using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>
/// All lanes of one endpoint. Every step runs in one <see cref="SerialQueue"/>, so a slow or blocking plugin delays its own endpoint alone and sends of a
/// lane are called in order. This file: which lane has its turn. The others: one delivery's turn, its results, parking, and people's wishes.
/// </summary>
internal sealed partial class EndpointLanes : IAsyncDisposable
{
    private readonly EndpointId _id;
    private readonly Works _works;
    private readonly Random _random;
    private readonly SerialQueue _queue;
    private readonly Ledger _ledger;
    private readonly LaneReader _reader;
    private readonly ITimer _timer;
    private readonly DueHeap _due = new();
    private readonly SendBudget _budget = new();
    private readonly Dictionary<LaneId, Lane> _lanes = [];
    private readonly ReadyLanes _ready = new();
    private readonly TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _armedFor = DateTimeOffset.MaxValue;
    private DateTimeOffset? _heldUntil;
    private DeliveryId _accepted;
    private int _inFlight;
    private int _recovering;
    private bool _begun;
    private bool _stopping;

    public EndpointLanes(EndpointId id, Works works, Random random)
    {
        _id = id;
        _works = works;
        _random = random;
        _queue = new SerialQueue(EndTurn, Fault, works.Activity);
        _ledger = new Ledger(works, _queue);
        _reader = new LaneReader(works, _queue, PageRead);
        _timer = works.Clock.CreateTimer(_ => _queue.Post(TimerFired), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _looked = (Now, works.Clock.GetTimestamp());
        works.Activity.Begin();
        _ = BeginAsync();
    }

    private DateTimeOffset Now => _works.Clock.GetUtcNow();

    /// <summary>Takes over deliveries that were just committed, in id order.</summary>
    public void Enqueue(IReadOnlyList<QueuedDelivery> deliveries) => _queue.Post(() =>
    {
        foreach (var delivery in deliveries)
        {
            Accept(delivery);
        }
    });

    /// <summary>Something about the endpoint is different; called after the difference can be seen.</summary>
    public void Changed() => _queue.Post(() =>
    {
        _heldUntil = null;
        foreach (var lane in _lanes.Values)
        {
            lane.PausedUntil = null;
            _ready.Add(lane);
        }
    });

    private Lane LaneOf(LaneId id)
    {
        if (!_lanes.TryGetValue(id, out var lane))
        {
            _lanes[id] = lane = new Lane(id) { ReadUpTo = _accepted };
        }

        return lane;
    }

    private void Accept(QueuedDelivery delivery)
    {
        var lane = LaneOf(delivery.Row.Lane);
        _accepted = delivery.Row.Id;
        if (lane.More || !lane.HasRoom || delivery.Content is null || (delivery.Content.Content is null && delivery.Event is null))
        {
            (lane.More, lane.LeftInStore) = (true, delivery.Row.Id);
        }
        else
        {
            TakeIn(lane, new Owed(delivery.Row, delivery.Content, delivery.Event, new DeliveryProgress()));
            lane.ReadUpTo = delivery.Row.Id;
        }

        Tend(lane);
    }

    private void PageRead(Lane lane, LanePage page)
    {
        foreach (var (row, why) in page.Lost)
        {
            CannotOpen(row, why);
        }

        var position = 0;
        foreach (var owed in page.Open)
        {
            // A row may be seen before its hand-over comes in; then it comes in by itself.
            if (owed.Id <= _accepted && lane.Find(owed.Id) is null && lane.Dropped?.Contains(owed.Id) is not true)
            {
                owed.RecoveredAs = lane.Recovering ? position++ : int.MaxValue;
                MayHaveLeft(owed);
                TakeIn(lane, owed);
            }
        }

        lane.ReadUpTo = page.UpTo < _accepted ? page.UpTo : _accepted;
        lane.More = !page.End || lane.LeftInStore > lane.ReadUpTo;
        if (lane.Recovering)
        {
            lane.Recovering = false;
            if (--_recovering == 0)
            {
                _recovered.TrySetResult();
            }
        }

        Tend(lane);
    }

    /// <summary>After any change of a lane: reads on, goes away, waits for its turn or for a time.</summary>
    private void Tend(Lane lane)
    {
        if (lane.WantsMore)
        {
            _reader.Read(lane);
        }

        if (lane.Idle)
        {
            _due.Set(lane, null);
            _lanes.Remove(lane.Id);
            return;
        }

        var wake = lane.Busy ? null : lane.Next()?.NotBefore;
        if (lane.PausedUntil is { } paused && (wake is null || paused > wake))
        {
            wake = paused;
        }

        if (wake is null || wake <= Now)
        {
            wake = null;
            _ready.Add(lane);
        }

        var due = wake < lane.EarliestDeadline ? wake.Value : lane.EarliestDeadline;
        _due.Set(lane, due == DateTimeOffset.MaxValue ? null : due);
    }

    private void EndTurn()
    {
        FollowClock();
        Drain();
        if (_stopping && _inFlight == 0)
        {
            _drained.TrySetResult();
        }

        ShowDay();
        Arm();
    }

    private void Drain()
    {
        if (!_begun || _stopping || _works.GaveUp.IsCancellationRequested)
        {
            return;
        }

        var handle = _works.Endpoints.Find(_id);
        Park(handle is null ? "endpoint removed" : handle.ParkReason);
        _heldUntil = _heldUntil > Now ? _heldUntil : null;
        if (handle is null || !handle.Connected || _heldUntil is not null)
        {
            return;
        }

        _budget.Use(handle.Limits, Now);

        // Asked anew for each: to one that has just gone, everything would be deferred at once, and be ready again.
        while (handle.Connected && _inFlight < _budget.Window && !_ledger.Full && _ready.TryPeek(out var lane))
        {
            switch (TryTurn(lane, handle))
            {
                case Turn.Sent:
                    _ready.Rotate();
                    if (lane.WantsMore || lane.Idle)
                    {
                        Tend(lane); // what ended in its turn gets no answer that would do it
                    }

                    break;
                case Turn.Waits:
                    _ready.Take();
                    break;
                case Turn.OverBudget:
                    return;
            }
        }
    }

    private void TimerFired()
    {
        _armedFor = DateTimeOffset.MaxValue;
        var now = Now;
        while (_due.TryTake(now, out var lane))
        {
            GiveUpOverdue(lane, now);
            Tend(lane);
        }
    }

    /// <summary>One timer for all lanes; a needless early call does no harm, so it is only ever moved nearer.</summary>
    private void Arm()
    {
        var first = _due.First;
        if (_heldUntil is { } held && !(first < held))
        {
            first = held;
        }

        if (first is { } at && at < _armedFor)
        {
            _armedFor = at;
            var wait = at - Now;
            _timer.Change(wait > TimeSpan.Zero ? Min(wait, TimeSpan.FromDays(20)) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>What a lane's turn came to.</summary>
    private enum Turn
    {
        /// <summary>Something moved; it may have another turn.</summary>
        Sent,

        /// <summary>It cannot go on until something happens, which will make it ready again.</summary>
        Waits,

        /// <summary>The endpoint's limits are spent.</summary>
        OverBudget,
    }
}
