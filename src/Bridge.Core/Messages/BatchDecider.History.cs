using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Messages;

// The history of a new portal: brought over before anything else is said there. What comes meanwhile waits, stored and acknowledged.
internal sealed partial class BatchDecider
{
    /// <summary>The portals that wait for their history, as of now.</summary>
    public IEnumerable<HistoryWanted> HistoryWanted() =>
        overlay.Memory.Entries.Select(entry => entry.Value is Portal portal ? Wanted(entry.Key, portal) : null).OfType<HistoryWanted>();

    /// <summary>Those that began to wait with this decision.</summary>
    private void WantHistory(DecidedBatch batch, Decision decision)
    {
        foreach (var change in decision.Memory)
        {
            if (change.Value is Portal { Held: 0 } portal && Wanted(change.Key, portal) is { } wanted)
            {
                batch.Wanted.Add(wanted);
            }
        }
    }

    private HistoryWanted? Wanted(MemoryKey key, Portal portal) =>
        portal.Due is { } until && Table.Links.Find(key.Route)?.Config.Portal is { } written ? new HistoryWanted(portal.Name, portal.Far, written.Backfill, until) : null;

    private async ValueTask BringOverAsync(DecidedBatch batch, MemoryKey key, Portal portal, IReadOnlyList<Inbound> history)
    {
        overlay.Apply(batch, [new MemoryChange(key, portal with { Held = 0, Due = null })]);
        foreach (var inbound in history)
        {
            await BringOverAsync(batch, key.Route, inbound with { Address = portal.Far, Historic = true });
        }

        for (var number = 0; number < portal.Held; number++)
        {
            var at = portal.HeldKey(key.Route, number);
            if (overlay.Memory.Find(at) is AwaitsHistory held)
            {
                overlay.Apply(batch, [new MemoryChange(at, null)]);
                batch.Deliveries.Add(new NumberedDelivery(new DeliveryId(++_delivery), held.Arrival, held.Content));
            }
        }
    }

    private async ValueTask BringOverAsync(DecidedBatch batch, string link, Inbound inbound)
    {
        var native = inbound.NativeId is { } id ? sealer.NativeOf(inbound.Address, id) : (BlindIndex?)null;
        if (native is { } claim && await ClaimantAsync(claim, inbound.Address.Endpoint) is not null)
        {
            return;
        }

        var arrival = new Arrival(EventId.New(clock), FormatDepth.Bounded(inbound), clock.GetUtcNow(), Origin.Network);
        var decision = Decide(new RoutingInput.History(arrival, link));
        Claim(batch, native, arrival.Id);
        Store(batch, arrival, decision);
    }
}
