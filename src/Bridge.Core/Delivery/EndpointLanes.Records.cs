using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

// How outcomes are recorded: in lane order, so that a crash repeats only a suffix.
internal sealed partial class EndpointLanes
{
    private const int MostSteps = 20;

    private void RecordFront(Lane lane)
    {
        while (lane.FirstUnrecorded() is { Phase: OwedPhase.Done } owed)
        {
            if (owed.Resend is null or ResendClass.Harmless)
            {
                Record(owed, urgent: false);
                lane.Remove(owed);
                continue;
            }

            owed.Phase = OwedPhase.Recording;
            Record(owed, urgent: true);
            _ledger.WhenDurable(() =>
            {
                lane.Remove(owed);
                Tend(lane);
            });
        }
    }

    private void Record(Owed owed, bool urgent)
    {
        var state = owed.State = owed.Outcome!.Value;
        var through = state is DeliveryState.Sent or DeliveryState.Delivered or DeliveryState.Read;
        if (owed.Content.Hold is { } hold)
        {
            _ledger.Tell(new Settlement(owed.Event, owed.Content.Route, hold, through));
        }

        TellOutcome(owed, state);
        foreach (var edit in owed.Folded ?? [])
        {
            edit.Outcome = through ? DeliveryState.Superseded : DeliveryState.Failed;
            edit.Progress = edit.Progress with { Reason = through ? $"folded into delivery {owed.Id}" : "target not delivered" };
            Step(edit, $"{Word(edit.Outcome.Value)}: {edit.Progress.Reason}");
            Record(edit, urgent: false);
        }

        RecordClaims(owed, urgent: false);
        RecordProgress(owed, urgent);
        LandsWithIt(owed, through);
        Announce(owed, state, through);
    }

    /// <summary>Runs code of others, the log's and the meter's listeners: when that fails, what is recorded holds all the same.</summary>
    private void Announce(Owed owed, DeliveryState state, bool through)
    {
        try
        {
            _works.Telemetry.DeliveryMoved(_id, owed.Id, owed.Event, state, owed.Progress.Reason);
            _works.Telemetry.DeliveryEnded(_id, owed.Id, owed.Event, state, through, Now - owed.CreatedAt);
        }
        catch (Exception fault)
        {
            Fault(fault);
        }
    }

    private void Fault(Exception fault)
    {
        try
        {
            _works.Telemetry.DeliveryFault(_id, fault);
        }
        catch (Exception)
        {
            // Counted it is; a log that cannot be written must not stop what it would tell of.
        }
    }

    private void RecordClaims(Owed owed, bool urgent)
    {
        foreach (var claim in owed.Claims ?? [])
        {
            _ledger.Add(new StoreChange.ClaimNative(claim), urgent);
        }

        owed.Claims = null;
    }

    private void ClaimReport(Owed owed, DeliveryKey key, bool urgent) =>
        _ledger.Add(new StoreChange.ClaimNative(new NativeClaim(_works.Records.ReportIndex(key), owed.Event, owed.Id, owed.Part)), urgent);

    private void RecordProgress(Owed owed, bool urgent)
    {
        var change = new StoreChange.MoveDelivery(owed.Id, owed.State, owed.Attempts, owed.NotBefore, null);
        if (owed.Progress == s_untouched)
        {
            _ledger.Add(change, urgent);
            return;
        }

        var seal = _works.Records.Sealing(owed.Id, owed.Lane, owed.CreatedAt, owed.Progress, owed.Body is DataReported);
        _ledger.Add(() => change with { Progress = seal() }, urgent);
    }

    private void Step(Owed owed, string what)
    {
        var steps = owed.Progress.Steps.Append(new DeliveryStep(Now, what));
        owed.Progress = owed.Progress with { Steps = EquatableArray.From(steps.TakeLast(MostSteps)) };
    }

    private static string Word(DeliveryState state) => state.ToString().ToLowerInvariant();

    private void CannotOpen(DeliveryRow row, string why)
    {
        var reason = $"it cannot be opened: {why}";
        var progress = new DeliveryProgress
        {
            Reason = reason,
            Cure = "restore the data folder from a backup, or drop it",
            Steps = EquatableArray.From([new DeliveryStep(Now, $"{Word(DeliveryState.Failed)}: {reason}")]),
        };
        var seal = _works.Records.Sealing(row.Id, row.Lane, row.CreatedAt, progress, data: false);
        _ledger.Add(() => new StoreChange.MoveDelivery(row.Id, DeliveryState.Failed, row.Attempts, null, seal()), urgent: false);
        _works.Telemetry.CannotOpen(why);
        _works.Telemetry.DeliveryMoved(_id, row.Id, row.Event, DeliveryState.Failed, reason);
    }
}
