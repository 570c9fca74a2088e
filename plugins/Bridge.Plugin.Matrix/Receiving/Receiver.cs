using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Rooms;
using Bridge.Plugin.Matrix.Sending;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>
/// Takes what the homeserver tells, one lot after another, and completes when it is durable. Bridge's own events end here.
/// </summary>
internal sealed class Receiver(
    Session session, RoomBook rooms, Aliases aliases, Reading reading, ReceiptBook receipts, Chores chores, SelfTest selfTest) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TypingBook _typing = new();

    /// <param name="events">Of rooms, in their order.</param>
    /// <param name="passing">Typing and receipts; each with its room.</param>
    /// <param name="state">Commits with the last of them.</param>
    /// <param name="cancellationToken">Whoever told has gone.</param>
    public async Task AcceptAsync(IEnumerable<Told> events, IEnumerable<Told> passing, IReadOnlyList<StateChange> state, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            List<StateChange> changes = [.. state];
            List<(RoomEvent Happened, Inbound Inbound)> lot = [];
            foreach (var told in events)
            {
                if (RoomEvent.Of(told.Value, told.Room) is not { } happened)
                {
                    session.Context.Drops.Dropped("an event that could not be read");
                }
                else if (await MapAsync(happened, changes, cancellationToken) is { } mapped)
                {
                    lot.Add((happened, mapped));
                }
            }

            var whole = await reading.WithBytesAsync(lot, cancellationToken);
            await StoreAsync([.. whole, .. passing.SelectMany(Pass)], changes);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The bot is asked into a room.</summary>
    public IEnumerable<StateChange> Invited(string room, string by)
    {
        if (session.Options.Invitations == InviteOptions.Anyone || (session.Options.Invitations == InviteOptions.Local && session.IsLocal(by)))
        {
            return [Chores.ToJoin(room)];
        }

        session.Context.Drops.Dropped("an invitation that the configuration does not accept");
        return [];
    }

    public void Dispose() => _turn.Dispose();

    private async Task StoreAsync(List<Inbound> inbound, List<StateChange> changes)
    {
        var most = Math.Max(1, session.Context.Window);
        while (inbound.Count > most)
        {
            await session.AcceptAsync(new InboundBatch(inbound[..most], []));
            inbound.RemoveRange(0, most);
        }

        if (inbound.Count + changes.Count > 0)
        {
            await session.AcceptAsync(new InboundBatch(inbound, changes));
            rooms.Learn(changes);
            chores.Look(changes);
        }
    }

    private async ValueTask<Inbound?> MapAsync(RoomEvent happened, List<StateChange> changes, CancellationToken cancellationToken)
    {
        selfTest.Hear(happened);
        reading.Hear(happened);
        await aliases.HearAsync(happened, cancellationToken);
        if (reading.IsOwn(happened))
        {
            return null;
        }

        switch (happened)
        {
            case { Type: "m.room.member", StateKey: { } userId } when userId == session.Bot.UserId && happened.Content.TextOf("membership") == "invite":
                changes.AddRange(Invited(happened.Room, happened.Sender));
                return null;
            case { Type: "m.room.member", StateKey: { } userId } when userId == session.Bot.UserId && IsGone(happened) && happened.MembershipBefore == "join":
                session.Context.Report("somebody removed the bot from a room: nothing is heard there any more, until it is invited again");
                return null;
            case { Type: "m.room.member", StateKey: { } userId } when session.IsGhost(userId) && IsDirectInvitation(happened):
                return reading.Begun(happened);
            case { Type: "m.room.member", StateKey: { } userId } when IsGone(happened) && rooms.AddressOf(happened.Room).Rest == userId:
                changes.Add(RoomBook.LeftChange(userId));
                return null;
            case { Type: "m.room.tombstone", StateKey: "" }:
                changes.Add(Chores.ToFollow(happened.Room));
                return null;
            case { Type: "m.room.encryption", StateKey: "" } or { Type: "m.room.encrypted", StateKey: null }:
                Encrypted(happened, changes);
                return null;
        }

        return await reading.NamedAsync(happened, cancellationToken);
    }

    /// <summary>Into any other room a ghost comes when it has something to say.</summary>
    private static bool IsDirectInvitation(RoomEvent happened) => happened.Content.TextOf("membership") == "invite" && happened.Content.FlagOf("is_direct");

    private static bool IsGone(RoomEvent happened) => happened.Content.TextOf("membership") is "leave" or "ban";

    /// <summary>Written down once for each room; each message that cannot be read is counted.</summary>
    private void Encrypted(RoomEvent happened, List<StateChange> changes)
    {
        if (happened.StateKey is null)
        {
            session.Context.Drops.Dropped("a message in an encrypted room, which cannot be read");
        }

        if (happened.StateKey is not null || !rooms.IsKnownAsEncrypted(happened.Room)) // that may be known by asking, and not be said yet
        {
            changes.Add(RoomBook.EncryptedChange(happened.Room));
            changes.Add(Chores.ToSayEncrypted(happened.Room));
        }
    }

    private IEnumerable<Inbound> Pass(Told told)
    {
        var value = told.Value;
        if ((value.TextOf("room_id") ?? told.Room) is not { Length: > 0 and < 1000 } room || value.ObjectOf("content") is not { } content)
        {
            return []; // presence has no room
        }

        var address = rooms.AddressOf(room);
        return value.TextOf("type") switch
        {
            "m.typing" => _typing.Changes(room, content).Where(change => !session.IsOurs(change.User)).Select(change => Inbound(address, change.User, new TypingChanged(change.Typing))),
            "m.receipt" => Receipts.Of(content).Where(read => !session.IsOurs(read.User) && !receipts.Knows(read.User, read.UpTo))
                .Select(read => Inbound(address, read.User, new ReceiptReported(read.UpTo, Read: true)) with { OccurredAt = read.At }),
            _ => [],
        };
    }

    private static Inbound Inbound(Address address, string user, BridgeEvent content) => new() { Address = address, Event = content, Sender = new Sender(user) };
}
