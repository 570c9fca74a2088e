using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Ghosts;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Rooms;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>Makes of an event what Core is told: with the bytes of its file, its sender's name and its room's.</summary>
internal sealed class Reading(Session session, RoomBook rooms, NameBook names, Collecting collecting)
{
    /// <summary>Learns names from what passes.</summary>
    public void Hear(RoomEvent happened) => names.Hear(happened);

    /// <summary>With the bytes of its file; null for what says nothing to anybody, and for Bridge's own events: those of the bot and the ghosts by their sender, those of people it speaks for by their mark.</summary>
    public async ValueTask<Inbound?> OfAsync(RoomEvent happened, CancellationToken cancellationToken) =>
        await NamedAsync(happened, cancellationToken) is { } inbound ? await collecting.WithBytesAsync(happened, inbound, cancellationToken) : null;

    /// <summary>The same, and its file is yet to be fetched.</summary>
    public async ValueTask<Inbound?> NamedAsync(RoomEvent happened, CancellationToken cancellationToken)
    {
        var address = rooms.AddressOf(happened.Room);
        if (IsOwn(happened) || InboundMapper.Of(happened, address, senderName: null) is not { } mapped)
        {
            return null;
        }

        return mapped with
        {
            Sender = mapped.Sender! with { Name = await names.OfAsync(happened.Sender, happened.Room, cancellationToken) },
            Conversation = await names.RoomAsync(happened.Room, isDirect: address.Rest[0] == '@', cancellationToken),
        };
    }

    /// <summary>Each with the bytes of its file, in the same order.</summary>
    /// <param name="time">For all of them; null: each has its own.</param>
    public Task<Inbound[]> WithBytesAsync(
        IReadOnlyList<(RoomEvent Happened, Inbound Inbound)> lot, CancellationToken cancellationToken, TimeSpan? time = null) =>
        collecting.WithBytesAsync(lot, cancellationToken, time);

    /// <summary>Somebody begins a direct chat with a ghost; null when nobody can tell with whom.</summary>
    public Inbound? Begun(RoomEvent happened)
    {
        var with = GhostId.Read(happened.StateKey!, session.Options.Ghosts.Prefix, session.ServerName);
        if (with.Count == 0)
        {
            session.Context.Drops.Dropped("an invitation of a ghost whose id does not say whom it stands for");
            return null;
        }

        return new Inbound
        {
            Address = rooms.AddressOf(happened.Room),
            Event = new ConversationRequested(with),
            NativeId = new NativeId(happened.Id),
            Sender = new Sender(happened.Sender),
            OccurredAt = happened.SentAt,
        };
    }

    public bool IsOwn(RoomEvent happened) => session.IsOurs(happened.Sender) || IsEcho(happened);

    /// <summary>
    /// What Bridge says for somebody carries its mark and the time it was sent as, and a redaction what it takes back; a copy of the mark in another
    /// event does not fit.
    /// </summary>
    private bool IsEcho(RoomEvent happened) => session.PuppetOf(happened.Sender) is not null && Marker.OfOurs(happened) is { } marker
        && (happened.Redacts is { } target ? marker.Redacts == target : marker.SentAs == happened.SentAt?.ToUnixTimeMilliseconds());
}
