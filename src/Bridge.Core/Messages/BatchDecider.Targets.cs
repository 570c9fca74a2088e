using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Routing;
using Bridge.Core.Storage;

namespace Bridge.Core.Messages;

// What the rules must know of the event that another one refers to. Of edits it is looked up wherever they are passed on, of the rest for links alone.
internal sealed partial class BatchDecider
{
    private async ValueTask<TargetFacts?> TargetOfAsync(DecidedBatch batch, Arrival arrival)
    {
        var inbound = arrival.Inbound;
        if (Relations.TargetOf(inbound.Event) is not { } native)
        {
            return null;
        }

        if (inbound.Event is MessageEdited && Table.ForwardsFrom(inbound.Address) && await IsOfAnotherAsync(batch, inbound, sealer.NativeOf(inbound.Address, native)))
        {
            return new TargetFacts(IsOfAnother: true);
        }

        if (!Table.Links.Has(inbound.Address))
        {
            return null;
        }

        if (inbound.Event is ReactionChanged reaction)
        {
            await NumberAsync(batch, arrival, reaction);
        }

        var (isReaction, sequence) = await FindAsync(batch, sealer.NativeOf(inbound.Address, native));
        var tombstone = sealer.TombstoneOf(inbound.Address, native);
        var isDeleted = inbound.Event is MessageEdited or MessageDeleted
            && (overlay.Claimant(tombstone) is not null || await _store.FindNativeAsync(tombstone, CancellationToken.None) is not null);
        if (inbound.Event is MessageDeleted && !isDeleted)
        {
            Claim(batch, tombstone, arrival.Id);
        }

        return new TargetFacts(isReaction, sequence, isDeleted);
    }

    /// <summary>
    /// A homeserver passes on an edit of anybody's message by anybody, and leaves the rest to clients. Only who said it may change it; of what Bridge said
    /// there, only the person in whose name it did.
    /// </summary>
    private async ValueTask<bool> IsOfAnotherAsync(DecidedBatch batch, Inbound edit, BlindIndex target)
    {
        var claim = await _store.FindNativeAsync(target, CancellationToken.None);
        if (claim?.Delivery is { } delivery)
        {
            var sent = await _store.FindDeliveryAsync(delivery, CancellationToken.None) is { } row ? sealer.OpenContent(row) : null;
            return sent is null || sent.SenderHere != edit.Sender?.Value;
        }

        if ((overlay.Claimant(target) ?? claim?.Event) is not { } id)
        {
            return false; // it goes out on its own, and says who wrote it
        }

        var said = Recent(batch, id)?.Arrival ?? (await _store.FindEventAsync(id, CancellationToken.None) is { } stored ? sealer.OpenArrival(stored) : null);
        return said is null || said.Inbound.Sender?.Value != edit.Sender?.Value;
    }

    private NumberedEvent? Recent(DecidedBatch batch, EventId id) =>
        batch.Events.Find(item => item.Arrival.Id == id) ?? Ahead.Events.Find(item => item.Arrival.Id == id);

    /// <summary>So that it is found again when it is taken back by what it is, not by its name.</summary>
    private async ValueTask NumberAsync(DecidedBatch batch, Arrival arrival, ReactionChanged reaction)
    {
        for (var times = 0; times < ReactionIndex.Most && !reaction.Removed; times++)
        {
            var index = sealer.ReactionOf(arrival.Inbound, reaction, times);
            if (overlay.Claimant(index) is null && await _store.FindNativeAsync(index, CancellationToken.None) is null)
            {
                Claim(batch, index, arrival.Id);
                return;
            }
        }
    }

    private async ValueTask<(bool IsReaction, long Sequence)> FindAsync(DecidedBatch batch, BlindIndex target)
    {
        var id = overlay.Claimant(target) ?? (await _store.FindNativeAsync(target, CancellationToken.None))?.Event;
        if (id is not { } known)
        {
            return (false, 0);
        }

        if (Recent(batch, known) is { } recent)
        {
            return (recent.Arrival.Inbound.Event is ReactionChanged, recent.Sequence);
        }

        return await _store.FindEventAsync(known, CancellationToken.None) is { } row
            ? (row.Kind == BatchSealer.Reaction, row.Sequence)
            : (false, 0);
    }
}
