using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Messages;

// The history of a new portal or link: brought over before anything else is said there. What comes meanwhile waits, stored and acknowledged.
internal sealed partial class BatchDecider
{
    /// <summary>The portals that wait for their history, as of now.</summary>
    public IEnumerable<HistoryWanted> HistoryWanted() =>
        overlay.Memory.Entries.Select(entry => entry.Value is Portal portal ? Wanted(entry.Key, portal) : null).OfType<HistoryWanted>();

    /// <summary>Links between fixed addresses that were never seen wait for their history from now on.</summary>
    /// <param name="again">Those too that were seen, and waited in vain for it when Bridge stopped.</param>
    public void Begin(DecidedBatch batch, bool again)
    {
        foreach (var link in Table.Links.Links)
        {
            if (Table.Links.Find(link.Id)?.Beginning is not { } key || (overlay.Memory.Find(key) is Begun known && (known.Due is null || !again)))
            {
                continue;
            }

            var begun = (overlay.Memory.Find(key) as Begun ?? new Begun()) with { Due = Beginning.DueAfter(clock.GetUtcNow()) };
            overlay.Apply(batch, [new MemoryChange(key, begun)]);
            batch.Wanted.Add(new HistoryWanted(key, EquatableArray.From(link.Between.Select(side => side.Address)), link.History, begun.Due!.Value));
        }
    }

    /// <summary>Portals that began to wait with this decision.</summary>
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
        portal.Due is { } until && Table.Links.Find(key.Route)?.Config.Portal is { } written
            ? new HistoryWanted(key, [portal.Far], written.Backfill, until)
            : null;

    private async ValueTask BringOverAsync(DecidedBatch batch, MemoryKey key, Beginning beginning, HistoryFound history)
    {
        // A link that could not have its history is forgotten, and the next start asks again: what was carried by then is known by its ids.
        var isMissed = beginning is Begun && !history.IsWhole;
        overlay.Apply(batch, [new MemoryChange(key, isMissed ? null : beginning with { Held = 0, Due = null })]);
        if (isMissed)
        {
            telemetry.HistoryMissed(key.Route);
        }

        foreach (var inbound in history.Said)
        {
            await BringOverAsync(batch, key.Route, inbound with { Historic = true });
        }

        for (var number = 0; number < beginning.Held; number++)
        {
            var at = beginning.HeldKey(key, number);
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
