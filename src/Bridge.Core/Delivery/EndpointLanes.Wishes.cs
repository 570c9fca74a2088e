using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

// What people ask for. One at a time, as what networks report, each seeing what the last one wrote.
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
        owed.Progress = Reports.BegunAnew(owed.Progress) with { RetriedAt = Now, Reason = null, Cure = null };
        Step(owed, "retried by a person");
        _works.Telemetry.DeliverySteered(owed.Id, "retried");
        RecordProgress(owed, urgent: true);
        var lane = LaneOf(row.Lane);
        TakeIn(lane, owed);
        Tend(lane);
        _ledger.WhenDurable(() => done.TrySetResult(Steered.Done));
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
