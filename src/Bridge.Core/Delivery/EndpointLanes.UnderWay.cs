using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

// What the network may have before we know how it is named there: whoever decides what arrives is told, so that our own words are not taken for somebody's.
internal sealed partial class EndpointLanes
{
    // More than any network that says its own again has in flight.
    private const int MostBegun = 16;

    /// <summary>Where repeats are part of the contract, nothing has a name by which it could be recognised.</summary>
    private void Leaves(Owed owed, BridgeEvent part)
    {
        if (owed.Resend is ResendClass.Harmless)
        {
            Landed(owed); // what was read at start is there whatever its endpoint is
        }
        else
        {
            Leaves(owed, part, owed.Progress.DoubtSince ?? owed.SentAt, place: 0);
        }
    }

    /// <summary>It is in doubt, or it may have left before the process died: what was put off for later or parked had its answer.</summary>
    private void MayHaveLeft(Owed owed)
    {
        if (owed.Progress.DoubtSince is { } since)
        {
            Leaves(owed, PartInDoubt(owed), since, place: 0);
        }
        else if (owed.RecoveredAs < MostBegun && !(owed.NotBefore > Now) && owed.State != DeliveryState.Parked)
        {
            Leaves(owed, PartInDoubt(owed), Now, owed.RecoveredAs);
        }
    }

    private void Leaves(Owed owed, BridgeEvent part, DateTimeOffset since, int place)
    {
        owed.IsUnderWay = true;
        _works.Settlement.Leaves(owed.Content.To, new SendUnderWay(owed.Id, owed.Event, part, since, place));
    }

    /// <summary>Its native ids, if it has any, are durable; or it has certainly not left.</summary>
    private void Landed(Owed owed)
    {
        if (owed.IsUnderWay)
        {
            owed.IsUnderWay = false;
            _works.Settlement.Landed(owed.Content.To, owed.Id);
        }
    }

    /// <summary>Called when its outcome is being recorded.</summary>
    private void LandsWithIt(Owed owed, bool through)
    {
        if (!owed.IsUnderWay)
        {
            return;
        }

        var mayBeThere = owed.Outcome == DeliveryState.Uncertain || owed.Progress.DoubtSince is not null || owed.RecoveredAs < MostBegun;
        if (!through && mayBeThere)
        {
            TellDoubt(owed);
        }

        _ledger.WhenDurable(() => Landed(owed));
    }

    /// <summary>The network may have it, and nobody says how it is named there: its words will have to do.</summary>
    private void TellDoubt(Owed owed)
    {
        if (owed.MayEcho)
        {
            _ledger.Tell(new Settlement(owed.Event, owed.Content.Route, "", Delivered: false)
            {
                Doubt = new DoubtedSend(owed.Content.To, new SendUnderWay(owed.Id, owed.Event, PartInDoubt(owed), Now)),
            });
        }
    }

    private static BridgeEvent PartInDoubt(Owed owed)
    {
        var parts = owed.Parts ?? owed.Progress.Plan;
        return owed.Part < parts.Count ? parts[owed.Part] : owed.Body;
    }
}
