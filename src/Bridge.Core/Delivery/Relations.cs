using Bridge.Abstractions;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>Finds what an edit, delete, reaction or answer refers to at the destination: the source's native id, through the id map, to the destination's.</summary>
internal sealed class Relations(IStore store, SealedDeliveries records)
{
    /// <summary>Refers to an earlier message.</summary>
    public static bool Is(BridgeEvent body) => body is MessageEdited or MessageDeleted or ReactionChanged or ReceiptReported;

    /// <summary>Needs to be looked up before it can be fitted.</summary>
    public static bool Needed(Owed owed) => !owed.Resolved && owed.Part == 0
        && (Is(owed.Body) || owed.Body is OutcomeTold { Outcome: DeliveryOutcome.Failed } || owed.Arrival?.Inbound is { ReplyTo: not null } or { Thread: not null });

    /// <summary>The id of what a relation refers to, in its source's naming.</summary>
    public static NativeId? TargetOf(BridgeEvent body) => body switch
    {
        MessageEdited edited => edited.Target,
        MessageDeleted deleted => deleted.Target,
        ReactionChanged reaction => reaction.Target,
        ReceiptReported receipt => receipt.UpTo,
        _ => null,
    };

    /// <summary>The same relation to another target.</summary>
    public static BridgeEvent Retarget(BridgeEvent body, NativeId target) => body switch
    {
        MessageEdited edited => edited with { Target = target },
        MessageDeleted deleted => deleted with { Target = target },
        ReactionChanged reaction => reaction with { Target = target },
        ReceiptReported receipt => receipt with { UpTo = target },
        _ => body,
    };

    public async ValueTask<References> FindAsync(Owed owed, CancellationToken cancellationToken)
    {
        if (owed.Body is OutcomeTold told)
        {
            // Said where the message stands, in that network's own naming.
            var about = await ClaimOfAsync(owed.Content.To, told.Target, cancellationToken);
            return new References(new Target.Known([told.Target])) { Words = about is null ? null : await WordsAsync(about, cancellationToken) };
        }

        if (owed.Content.Source is not { } source)
        {
            return new References(new Target.Unknown());
        }

        var inbound = owed.Arrival?.Inbound;
        if (owed.Body is ReactionChanged { Removed: true } removed)
        {
            return await TakenBackAsync(removed, await LatestAsync(source, removed, inbound?.Sender, cancellationToken), owed, cancellationToken);
        }

        var claim = await ClaimOfAsync(source, TargetOf(owed.Body) ?? inbound?.ReplyTo, cancellationToken);
        var target = claim?.Event;
        if (owed.Body is MessageDeleted && target is { } deleted && await ReactionAsync(deleted, cancellationToken) is { } reaction)
        {
            return await TakenBackAsync(reaction with { Removed = true }, deleted, owed, cancellationToken);
        }

        var thread = await AtDestinationAsync(await EventOfAsync(source, inbound?.Thread, cancellationToken), owed, cancellationToken);
        return new References(await AtDestinationAsync(target, owed, cancellationToken))
        {
            Thread = thread is Target.Known { Ids: [var root, ..] } ? root : null,
            Words = claim is null ? null : await WordsAsync(claim, cancellationToken),
        };
    }

    /// <summary>A reaction goes: what it was on, and what we sent when it came.</summary>
    private async ValueTask<References> TakenBackAsync(ReactionChanged reaction, EventId? came, Owed owed, CancellationToken cancellationToken)
    {
        var earlier = await AtDestinationAsync(came, owed, cancellationToken);
        if (earlier is Target.NotYet or Target.NotDelivered)
        {
            return new References(earlier);
        }

        var on = await ClaimOfAsync(owed.Content.Source!.Value, reaction.Target, cancellationToken);
        return new References(await AtDestinationAsync(on?.Event, owed, cancellationToken))
        {
            Words = on is null ? null : await WordsAsync(on, cancellationToken),
            Earlier = earlier is Target.Known known ? known.Ids : default,
            Instead = reaction,
        };
    }

    private async ValueTask<EventId?> EventOfAsync(Address source, NativeId? native, CancellationToken cancellationToken) =>
        (await ClaimOfAsync(source, native, cancellationToken))?.Event;

    private async ValueTask<NativeClaim?> ClaimOfAsync(Address source, NativeId? native, CancellationToken cancellationToken) =>
        native is { } id ? await store.FindNativeAsync(records.NativeIndex(source, id), cancellationToken) : null;

    /// <summary>The first words of a message as the people there read it: what was rendered for them, or what was said.</summary>
    private async ValueTask<MessageText?> WordsAsync(NativeClaim claim, CancellationToken cancellationToken)
    {
        var sent = claim.Delivery is { } id && await store.FindDeliveryAsync(id, cancellationToken) is { } row ? Opened(() => records.Content(row)) : null;
        return (sent?.Content ?? (await SaidAsync(claim.Event, cancellationToken))?.Event) is { } words ? FirstWords.Of(words) : null;
    }

    private async ValueTask<Inbound?> SaidAsync(EventId id, CancellationToken cancellationToken) =>
        await store.FindEventAsync(id, cancellationToken) is { } envelope ? Opened(() => records.Arrival(envelope))?.Inbound : null;

    // Ids outlive what they named.
    private static T? Opened<T>(Func<T> open)
        where T : class
    {
        try
        {
            return open();
        }
        catch (SealException)
        {
            return null;
        }
    }

    /// <summary>The event by which the same reaction of the same person came last.</summary>
    private async ValueTask<EventId?> LatestAsync(Address source, ReactionChanged reaction, Sender? sender, CancellationToken cancellationToken)
    {
        EventId? latest = null;
        for (var times = 0; times < ReactionIndex.Most; times++)
        {
            if (await store.FindNativeAsync(records.ReactionIndex(source, reaction, sender, times), cancellationToken) is not { } claim)
            {
                break;
            }

            latest = claim.Event;
        }

        return latest;
    }

    private async ValueTask<ReactionChanged?> ReactionAsync(EventId id, CancellationToken cancellationToken) =>
        await store.FindEventAsync(id, cancellationToken) is { Kind: BatchSealer.Reaction } row ? Opened(() => records.Arrival(row))?.Inbound.Event as ReactionChanged : null;

    private async ValueTask<Target> AtDestinationAsync(EventId? of, Owed owed, CancellationToken cancellationToken)
    {
        if (of is not { } id)
        {
            return new Target.Unknown();
        }

        // What we brought from the destination itself already has its name there.
        if (await SaidAsync(id, cancellationToken) is { NativeId: { } native } said && said.Address == owed.To)
        {
            return new Target.Known([native]);
        }

        Target found = new Target.Unknown();
        foreach (var row in await store.DeliveriesOfAsync(id, cancellationToken))
        {
            if (row.Id != owed.Id && row.Lane.Endpoint == owed.Lane.Endpoint && row.Lane.Address == owed.Lane.Address)
            {
                found = Of(row, isAhead: row.Lane == owed.Lane && row.Id < owed.Id);
            }

            if (found is Target.Known)
            {
                break;
            }
        }

        return found;
    }

    private Target Of(DeliveryRow row, bool isAhead) => row.State switch
    {
        DeliveryState.Pending or DeliveryState.HandingOver or DeliveryState.Parked => new Target.NotYet(isAhead),
        DeliveryState.Sent or DeliveryState.Delivered or DeliveryState.Read or DeliveryState.Partial => Opened(() => records.Progress(row)) is { } progress
            ? new Target.Known(EquatableArray.From(progress.Parts.OrderBy(part => part.Part).SelectMany(part => part.Ids)))
            : new Target.Unknown(),
        _ => new Target.NotDelivered(),
    };
}

/// <summary>What became of a relation's target at the destination: a closed hierarchy.</summary>
internal abstract record Target
{
    private Target()
    {
    }

    /// <summary>It is there, under these ids; none where the network has no ids.</summary>
    public sealed record Known(EquatableArray<NativeId> Ids) : Target;

    /// <summary>It has not been handed over yet.</summary>
    /// <param name="IsAhead">It is on its way in the same lane, so that its answer comes soon.</param>
    public sealed record NotYet(bool IsAhead) : Target;

    /// <summary>It will not get there.</summary>
    public sealed record NotDelivered : Target;

    /// <summary>Nobody knows it: the relation goes out on its own.</summary>
    public sealed record Unknown : Target;
}
