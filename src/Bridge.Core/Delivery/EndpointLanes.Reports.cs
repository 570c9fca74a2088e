using Bridge.Abstractions;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Delivery;

// What networks report about what was sent. A report on what is recorded moves it on; one on what waits to be sent again says what nobody knew.
internal sealed partial class EndpointLanes
{
    /// <summary>False when there is no result yet that it could speak of: to be heard again later.</summary>
    public async Task<bool> ReportedAsync(DeliveryRow of, int part, DeliveryReported report)
    {
        var place = report.Ids.Count > 0 ? await PlaceOfAsync(_works.Records.Content(of).To) : default;
        return await InTurnAsync(of.Id, (row, done) =>
        {
            if (row.State >= DeliveryState.Sent)
            {
                Move(row, part, report, place);
            }
            else if (_lanes.TryGetValue(row.Lane, out var lane) && lane.Find(row.Id) is { } owed && MayHaveLeftBefore(owed, part, report.Outcome))
            {
                EndDoubt(lane, owed, report, place);
            }
            else
            {
                done.TrySetResult(Steered.InHand);
                return;
            }

            _ledger.WhenDurable(() => done.TrySetResult(Steered.Done));
        }) != Steered.InHand;
    }

    /// <summary>Of a placeholder, the conversation that was made for it.</summary>
    private async Task<Address> PlaceOfAsync(Address to) =>
        Placeholder.Is(to) && await _works.Portals.FindAsync(Placeholder.KeyOf(to)) is { Near: { } near } ? near : to;

    private void Move(DeliveryRow row, int part, DeliveryReported report, Address place)
    {
        var before = _works.Records.Progress(row);
        var (state, progress) = Reports.Apply(row.State, before, part, report);
        if (state == row.State && progress == before)
        {
            return;
        }

        ClaimReported(row.Event, row.Id, part, report, place);
        var content = _works.Records.Content(row);
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

    private void ClaimReported(EventId id, DeliveryId delivery, int part, DeliveryReported report, Address place)
    {
        foreach (var native in report.Ids)
        {
            _ledger.Add(new StoreChange.ClaimNative(new NativeClaim(_works.Records.NativeIndex(place, native), id, delivery, part)), urgent: false);
        }
    }

    /// <summary>
    /// The part waits to be sent, and was planned: what is reported on it speaks of an earlier attempt. That it failed may also be said of a piece of it,
    /// whose rest is still to be sent: then it waits for the result of the whole.
    /// </summary>
    private static bool MayHaveLeftBefore(Owed owed, int part, DeliveryOutcome outcome) =>
        owed.Phase is OwedPhase.Waiting or OwedPhase.Again && owed.Part == part && part < owed.Progress.Plan.Count
        && (outcome != DeliveryOutcome.Failed || owed.Progress is { DoubtSince: not null } or { RetriedAt: not null } || owed.Content.RetryUncertain);

    /// <summary>What the network has does not go out again; what failed there does, and its report is not to be taken for one on the next attempt.</summary>
    private void EndDoubt(Lane lane, Owed owed, DeliveryReported report, Address place)
    {
        owed.Progress = owed.Progress with { DoubtSince = null };
        if (report.Outcome == DeliveryOutcome.Failed)
        {
            Step(owed, report.Why is { } why ? $"reported as failed: {why}" : "reported as failed");
            RecordProgress(owed, urgent: true);
            return;
        }

        var state = report.Outcome == DeliveryOutcome.Read ? DeliveryState.Read : DeliveryState.Delivered;
        ClaimReported(owed.Event, owed.Id, owed.Part, report, place);
        Step(owed, $"reported as {Word(state)} before it was sent again");
        owed.Progress = owed.Progress with { Parts = [.. owed.Progress.Parts, new PartResult(owed.Part, report.Ids, state)], Reason = null, Cure = null };
        (owed.Attempts, owed.NotBefore) = (0, null);
        if (owed.Part < owed.Progress.Plan.Count)
        {
            RecordProgress(owed, urgent: true);
        }
        else
        {
            Finish(lane, owed, owed.Progress.Parts.Min(known => known.State));
        }

        Tend(lane);
    }
}
