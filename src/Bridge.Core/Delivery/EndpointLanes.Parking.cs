using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

// Deliveries that come into memory, and those that wait for a configuration: parked, visibly, until the endpoint is there again.
internal sealed partial class EndpointLanes
{
    private bool _parkingKnown;
    private string? _parkedFor;

    private void TakeIn(Lane lane, Owed owed)
    {
        lane.Add(owed);
        if (owed.State == DeliveryState.HandingOver)
        {
            Interrupted(lane, owed);
        }
        else if (_parkingKnown)
        {
            ParkOrNot(owed);
        }
    }

    /// <summary>The process died between <c>handing-over</c> and the result.</summary>
    private void Interrupted(Lane lane, Owed owed)
    {
        if (owed.Content.RetryUncertain)
        {
            owed.State = DeliveryState.Pending;
            Step(owed, "interrupted while it was being handed over; the rule says to send it again");
            RecordProgress(owed, urgent: true);
            return;
        }

        Finish(lane, owed, DeliveryState.Uncertain, "interrupted while it was being handed over");
    }

    /// <param name="why">Null: the endpoint may be sent to.</param>
    private void Park(string? why)
    {
        if (_parkingKnown && why == _parkedFor)
        {
            return;
        }

        var wasKnown = _parkingKnown;
        (_parkingKnown, _parkedFor) = (true, why);
        foreach (var owed in _lanes.Values.SelectMany(lane => lane.Items))
        {
            ParkOrNot(owed);
        }

        if (why is not null)
        {
            _works.Telemetry.DeliveriesParked(_id, why);
        }
        else if (wasKnown)
        {
            _works.Telemetry.DeliveriesUnparked(_id);
        }
    }

    private void ParkOrNot(Owed owed)
    {
        if (owed.Phase is not (OwedPhase.Waiting or OwedPhase.Again))
        {
            return;
        }

        if (_parkedFor is { } why && (owed.State != DeliveryState.Parked || owed.Progress.Reason != why))
        {
            owed.State = DeliveryState.Parked;
            owed.Progress = owed.Progress with { Reason = why };
            RecordProgress(owed, urgent: false);
        }
        else if (_parkedFor is null && owed.State == DeliveryState.Parked)
        {
            owed.State = DeliveryState.Pending;
            owed.Progress = owed.Progress with { Reason = null };
            Step(owed, "no longer parked");
            RecordProgress(owed, urgent: false);
        }
    }
}
