using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Ghosts;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Receiving;
using Bridge.Plugin.Matrix.Sending;
using Bridge.Plugin.Matrix.Text;

namespace Bridge.Plugin.Matrix.Rooms;

/// <summary>Direct chats that people begin with a ghost. The ghost comes in when Core says so, and brings the bot; each step may be repeated.</summary>
internal sealed class BegunChats(Session session, GhostBook ghosts, RoomBook rooms, RoomMaker maker, Joining joining, Reading reading)
{
    // Clients make the room together with its first message.
    private const int MostBefore = 50;

    /// <summary>The rest of the address of the room: the one that somebody began where Bridge can work there, otherwise one that it makes.</summary>
    public async Task<string> OpenAsync(ConversationRequest request, CancellationToken cancellationToken) =>
        request.Offer is { } offer && await TryTakeAsync(request, offer, cancellationToken) ? offer.At.Rest : await maker.OpenAsync(request, cancellationToken);

    /// <summary>Tells who began a chat that it is another, or none.</summary>
    public async Task AnswerAsync(Outbound outbound, ConversationAnswered answered, string room, CancellationToken cancellationToken)
    {
        if (answered is { At: null, Why: null })
        {
            session.Context.Drops.Dropped("an invitation of a ghost by somebody who may not start a chat");
            await DeclineAsync(answered.With, room, cancellationToken);
            return;
        }

        var ghost = await GhostAsync(answered.With, cancellationToken);
        if (!await joining.TryBringAsync(room, ghost, cancellationToken) || answered.At == outbound.To)
        {
            return;
        }

        var words = answered.At is { } at
            ? await ElsewhereAsync(at, outbound.Sender, cancellationToken)
            : $"Bridge cannot use this room: {answered.Why!.Value.Value}.";
        var path = Paths.Send(room, "m.room.message", TransactionId.Of(outbound.Key, ghost.UserId), occurredAt: null);
        await session.Client.PutAsync(path, ghost, Contents.OfNotice(words), cancellationToken);
        await joining.TryLeaveAsync(room, ghost, cancellationToken);
    }

    private async Task<bool> TryTakeAsync(ConversationRequest request, ConversationOffer offer, CancellationToken cancellationToken)
    {
        try
        {
            var room = await rooms.RoomOfAsync(offer.At.Rest, cancellationToken);
            var ghost = await GhostAsync(offer.With, cancellationToken);
            if (!await joining.TryBringAsync(room, ghost, cancellationToken))
            {
                return false;
            }

            await HearAsync(room, ghost, cancellationToken);
            if (!await joining.TryBringAsync(room, session.Bot, ghost, cancellationToken) || await rooms.IsEncryptedAsync(room, cancellationToken))
            {
                return false;
            }

            // Clients give whom they invite to a direct chat the powers of its maker: the ghost, and not the bot.
            await BridgeInfo.TryPutAsync(session, room, request, ghost, cancellationToken);
            return true;
        }
        catch (MatrixException failure) when (!failure.IsPassing)
        {
            return false;
        }
    }

    /// <summary>What was said since the ghost was asked: of a room in which none of ours is the homeserver tells nothing. What it told all the same is known by its id.</summary>
    private async Task HearAsync(string room, Actor ghost, CancellationToken cancellationToken)
    {
        var answer = await session.Client.GetAsync(Paths.Messages(room, from: null, MostBefore), ghost, cancellationToken);
        var since = answer.ItemsOf("chunk").Select(value => RoomEvent.Of(value, room)).OfType<RoomEvent>()
            .TakeWhile(happened => !IsInvitation(happened, ghost.UserId));
        foreach (var happened in since.Reverse().ToList())
        {
            if (await reading.OfAsync(happened, cancellationToken) is { } inbound)
            {
                await session.AcceptAsync(InboundBatch.Of(inbound));
            }
        }
    }

    /// <summary>He who asked may have left it since.</summary>
    private async Task<string> ElsewhereAsync(Address at, Sender? asker, CancellationToken cancellationToken)
    {
        var room = await rooms.RoomOfAsync(at.Rest, cancellationToken);
        if (asker is not null)
        {
            await joining.TryInviteAsync(room, asker.Value, cancellationToken);
        }

        return $"This conversation is in another room: {MatrixLinks.To(room)}";
    }

    /// <summary>A ghost that never spoke is not made for a stranger.</summary>
    private async Task DeclineAsync(Address with, string room, CancellationToken cancellationToken)
    {
        var userId = UserIdOf(with);
        if (await ghosts.ExistsAsync(userId, cancellationToken))
        {
            await joining.TryLeaveAsync(room, session.ActorOf(userId)!, cancellationToken);
        }
    }

    private static bool IsInvitation(RoomEvent happened, string userId) =>
        happened is { Type: "m.room.member" } && happened.StateKey == userId && happened.Content.TextOf("membership") == "invite";

    private ValueTask<Actor> GhostAsync(Address with, CancellationToken cancellationToken) =>
        ghosts.OfAsync(new Sender(with.Rest), with.Endpoint, cancellationToken);

    private string UserIdOf(Address with) => GhostId.Of(session.Options.Ghosts.Prefix, with.Endpoint, new Sender(with.Rest), session.ServerName);
}
