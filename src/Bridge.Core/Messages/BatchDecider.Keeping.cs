using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Core.Storage;

namespace Bridge.Core.Messages;

// What becomes of a decision: an event that is stored with it or was stored before, what is owed, what is remembered, who is called what.
internal sealed partial class BatchDecider
{
    private async ValueTask SettleAsync(DecidedBatch batch, LoopInput.Settled settled)
    {
        if (settled.Settlement.Outcome is { } outcome)
        {
            await TellAsync(batch, settled.Settlement, outcome);
        }
        else if (settled.Settlement.Doubt is { } doubt)
        {
            Remember(batch, doubt);
        }
        else
        {
            overlay.Apply(batch, Decide(settled.Input).Memory);
        }
    }

    private void Claim(DecidedBatch batch, BlindIndex? native, EventId id)
    {
        if (native is { } mine)
        {
            overlay.Claim(batch, mine, id);
            batch.Clear.Add(new StoreChange.ClaimNative(new NativeClaim(mine, id, Delivery: null, Part: 0)));
        }
    }

    /// <summary>What waited is stored already: a new decision takes the place of that it waits.</summary>
    private void Keep(DecidedBatch batch, Arrival arrival, Decision decision, Late? late)
    {
        if (late is null)
        {
            Store(batch, arrival, decision);
            return;
        }

        decision = decision with { Routes = [late.Waited, .. decision.Routes] };
        Remember(batch, decision);
        Owe(batch, arrival, decision);
        batch.Decisions.Add(new LateDecision(arrival, decision));
    }

    private void Remember(DecidedBatch batch, Decision decision)
    {
        overlay.Apply(batch, decision.Memory);
        if (Table.Links.Links.Count > 0)
        {
            WantHistory(batch, decision);
        }
    }

    private void Store(DecidedBatch batch, Arrival arrival, Decision decision)
    {
        Remember(batch, decision);
        batch.Events.Add(new NumberedEvent(++_sequence, arrival, decision));
        Owe(batch, arrival, decision);
    }

    private void Owe(DecidedBatch batch, Arrival arrival, Decision decision)
    {
        foreach (var planned in decision.Deliveries)
        {
            batch.Deliveries.Add(new NumberedDelivery(new DeliveryId(++_delivery), arrival, planned.Content));
        }
    }

    /// <summary>Of an event that waited: its place in the order of acceptance, and what is told of the wait.</summary>
    private sealed record Late(long Sequence, RouteVerdict Waited);
}
