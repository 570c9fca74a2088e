using Bridge.Abstractions;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Delivery;

// What people ask for, and what networks report about deliveries that are already recorded. One at a time, each seeing what the last one wrote.
internal sealed partial class EndpointLanes
{
    private readonly SemaphoreSlim _wishes = new(1);

    public Task<Steered> RetryAsync(DeliveryId id) => InTurnAsync(id, (row, done) =>
    {
        if (_lanes.TryGetValue(row.Lane, out var lane) && lane.Find(id) is { } waiting)
        {
            waiting.NotBefore = null;
            Tend(lane);
            done.TrySetResult(waiting.Phase is OwedPhase.Waiting or OwedPhase.Again ? Steered.Done : Steered.InHand);
        }
        else if (row.State < DeliveryState.Sent)
        {
            done.TrySetResult(Steered.Done); // waits in the store for its turn
        }
        else
        {
            _ = ReopenAsync(row, done);
        }
    });

    public Task<Steered> DropAsync(DeliveryId id) => InTurnAsync(id, (row, done) =>
    {
        if (_lanes.TryGetValue(row.Lane, out var lane) && lane.Find(id) is { } waiting)
        {
            Drop(lane, waiting, done);
            return;
        }

        if (row.State is not (DeliveryState.Pending or DeliveryState.Parked or DeliveryState.Failed or DeliveryState.Expired or DeliveryState.Uncertain or DeliveryState.Partial))
        {
            done.TrySetResult(Steered.Impossible);
            return;
        }

        if (lane is not null)
        {
            (lane.Dropped ??= []).Add(id);
        }

        _works.Telemetry.DeliverySteered(id, "dropped");
        _ledger.Add(new StoreChange.MoveDelivery(id, DeliveryState.Dropped, row.Attempts, null, null), urgent: true);
        _ledger.WhenDurable(() => done.TrySetResult(Steered.Done));
    });

    /// <summary>False when the delivery has no result yet: to be heard again later.</summary>
    public async Task<bool> ReportedAsync(DeliveryRow of, int part, DeliveryReported report)
    {
        var place = report.Ids.Count > 0 ? await PlaceOfAsync(_works.Records.Content(of).To) : default;
        return await InTurnAsync(of.Id, (row, done) =>
        {
            if (row.State < DeliveryState.Sent)
            {
                done.TrySetResult(Steered.InHand);
                return;
            }

            var before = _works.Records.Progress(row);
            var (state, progress) = Reports.Apply(row.State, before, part, report);
            if (state != row.State || progress != before)
            {
                RecordReport(row, state, progress, (place, part, report.Ids));
            }

            _ledger.WhenDurable(() => done.TrySetResult(Steered.Done));
        }) != Steered.InHand;
    }

    /// <summary>Of a placeholder, the conversation that was made for it.</summary>
    private async Task<Address> PlaceOfAsync(Address to) =>
        Placeholder.Is(to) && await _works.Portals.FindAsync(Placeholder.KeyOf(to)) is { Near: { } near } ? near : to;

    /// <summary>Reads the delivery as it is when everything before is recorded, and runs <paramref name="act"/> in the queue.</summary>
    private async Task<Steered> InTurnAsync(DeliveryId id, Action<DeliveryRow, TaskCompletionSource<Steered>> act)
    {
        await _wishes.WaitAsync(_works.GaveUp);
        try
        {
            await RecordedAsync().WaitAsync(_works.GaveUp);
            if (await _works.Store.FindDeliveryAsync(id, _works.GaveUp) is not { } row)
            {
                return Steered.NotFound;
            }

            var done = new TaskCompletionSource<Steered>(TaskCreationOptions.RunContinuationsAsynchronously);
            _queue.Post(() =>
            {
                try
                {
                    act(row, done);
                }
                catch (Exception failure)
                {
                    done.TrySetException(failure);
                }
            });
            return await done.Task.WaitAsync(_works.GaveUp);
        }
        finally
        {
            _wishes.Release();
        }
    }

    private void Drop(Lane lane, Owed waiting, TaskCompletionSource<Steered> done)
    {
        if (waiting.Phase is not (OwedPhase.Waiting or OwedPhase.Again))
        {
            done.TrySetResult(Steered.InHand);
            return;
        }

        _works.Telemetry.DeliverySteered(waiting.Id, "dropped");
        Finish(lane, waiting, DeliveryState.Dropped, "dropped by a person");
        Tend(lane);
        _ledger.WhenDurable(() => done.TrySetResult(Steered.Done));
    }

    /// <summary>Opens a closed delivery again: its limits of time begin anew, its key and its plan stay.</summary>
    private async Task ReopenAsync(DeliveryRow row, TaskCompletionSource<Steered> done)
    {
        if (row.State is DeliveryState.Sent or DeliveryState.Delivered or DeliveryState.Read or DeliveryState.Superseded)
        {
            done.TrySetResult(Steered.Impossible);
            return;
        }

        try
        {
            var owed = await LaneReader.OpenAsync(_works, row);
            _queue.Post(() => Reopened(row, owed, done));
        }
        catch (SealException)
        {
            done.TrySetResult(Steered.Impossible);
        }
        catch (Exception failure)
        {
            // Whoever wished for it hears it; the wishes that wait have their turn.
            done.TrySetException(failure);
        }
    }

    private void Reopened(DeliveryRow row, Owed owed, TaskCompletionSource<Steered> done)
    {
        (owed.State, owed.Attempts, owed.NotBefore) = (DeliveryState.Pending, 0, null);
        owed.Progress = owed.Progress with { RetriedAt = Now, Reason = null, Cure = null };
        Step(owed, "retried by a person");
        _works.Telemetry.DeliverySteered(owed.Id, "retried");
        RecordProgress(owed, urgent: true);
        var lane = LaneOf(row.Lane);
        TakeIn(lane, owed);
        Tend(lane);
        _ledger.WhenDurable(() => done.TrySetResult(Steered.Done));
    }

    private void RecordReport(
        DeliveryRow row, DeliveryState state, DeliveryProgress progress, (Address Place, int Part, EquatableArray<NativeId> Ids) learnt)
    {
        var content = _works.Records.Content(row);
        foreach (var id in learnt.Ids)
        {
            _ledger.Add(new StoreChange.ClaimNative(new NativeClaim(_works.Records.NativeIndex(learnt.Place, id), row.Event, row.Id, learnt.Part)), urgent: false);
        }

        if (content.Hold is { } hold && state != row.State && (state == DeliveryState.Failed || row.State == DeliveryState.Uncertain))
        {
            _ledger.Tell(new Settlement(row.Event, content.Route, hold, state != DeliveryState.Failed));
        }

        var seal = _works.Records.Sealing(row.Id, row.Lane, row.CreatedAt, progress, content.Content is DataReported);
        _ledger.Add(() => new StoreChange.MoveDelivery(row.Id, state, row.Attempts, row.NotBefore, seal()), urgent: true);
        if (state != row.State && content.IsLinked)
        {
            Tell(row.Event, row.Id, content, state, progress.Reason);
        }

        if (state != row.State)
        {
            _works.Telemetry.DeliveryMoved(_id, row.Id, row.Event, state, progress.Reason);
        }
    }
}

/// <summary>What became of a person's wish.</summary>
public enum Steered
{
    /// <summary>Done, and durable.</summary>
    Done,

    /// <summary>There is no such delivery.</summary>
    NotFound,

    /// <summary>It is being handed over at this moment.</summary>
    InHand,

    /// <summary>Its state does not allow it, or its content is gone.</summary>
    Impossible,
}
