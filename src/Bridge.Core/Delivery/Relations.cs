using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>Finds what an edit, delete, reaction or answer refers to at the destination: the source's native id, through the id map, to the destination's.</summary>
internal sealed class Relations(IStore store, SealedDeliveries records)
{
    /// <summary>Refers to an earlier message.</summary>
    public static bool Is(BridgeEvent body) => body is MessageEdited or MessageDeleted or ReactionChanged;

    /// <summary>Needs to be looked up before it can be fitted.</summary>
    public static bool Needed(Owed owed) => !owed.Resolved && owed.Part == 0 && (Is(owed.Body) || owed.Arrival?.Inbound.ReplyTo is not null);

    /// <summary>The id of what a relation refers to, in its source's naming.</summary>
    public static NativeId? TargetOf(BridgeEvent body) => body switch
    {
        MessageEdited edited => edited.Target,
        MessageDeleted deleted => deleted.Target,
        ReactionChanged reaction => reaction.Target,
        _ => null,
    };

    /// <summary>The same relation to another target.</summary>
    public static BridgeEvent Retarget(BridgeEvent body, NativeId target) => body switch
    {
        MessageEdited edited => edited with { Target = target },
        MessageDeleted deleted => deleted with { Target = target },
        ReactionChanged reaction => reaction with { Target = target },
        _ => body,
    };

    public async ValueTask<Target> FindAsync(Owed owed, CancellationToken cancellationToken)
    {
        var target = TargetOf(owed.Body) ?? owed.Arrival?.Inbound.ReplyTo;
        if (target is not { } native || owed.Content.Source is not { } source)
        {
            return new Target.Unknown();
        }

        var claim = await store.FindNativeAsync(records.NativeIndex(source, native), cancellationToken);
        return claim is null ? new Target.Unknown() : await AtDestinationAsync(claim.Event, owed, cancellationToken);
    }

    private async ValueTask<Target> AtDestinationAsync(EventId id, Owed owed, CancellationToken cancellationToken)
    {
        // What we brought from the destination itself already has its name there.
        if (await store.FindEventAsync(id, cancellationToken) is { } envelope
            && records.Arrival(envelope) is { Inbound: { NativeId: { } native } inbound } && inbound.Address == owed.Content.To)
        {
            return new Target.Known([native]);
        }

        Target found = new Target.Unknown();
        foreach (var row in await store.DeliveriesOfAsync(id, cancellationToken))
        {
            if (row.Id != owed.Id && row.Lane.Endpoint == owed.Lane.Endpoint && row.Lane.Address == owed.Lane.Address)
            {
                found = Of(row);
            }

            if (found is Target.Known)
            {
                break;
            }
        }

        return found;
    }

    private Target Of(DeliveryRow row) => row.State switch
    {
        DeliveryState.Pending or DeliveryState.HandingOver or DeliveryState.Parked => new Target.NotYet(),
        DeliveryState.Sent or DeliveryState.Delivered or DeliveryState.Read or DeliveryState.Partial =>
            new Target.Known(EquatableArray.From(records.Progress(row).Parts.SelectMany(part => part.Ids))),
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
    public sealed record NotYet : Target;

    /// <summary>It will not get there.</summary>
    public sealed record NotDelivered : Target;

    /// <summary>Nobody knows it: the relation goes out on its own.</summary>
    public sealed record Unknown : Target;
}
