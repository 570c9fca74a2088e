using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Receiving;

namespace Bridge.Plugin.Matrix.Rooms;

/// <summary>
/// A room that is upgraded ends, and another goes on in its place. Bridge goes there too, and what happens there happens at the old address, which
/// the configuration and Core know. Both rooms must say so: the old one names its successor, and the successor names it, since who may end one room
/// must not be able to point Bridge at another that is not his. Nothing is remembered but the outcome; every step may be repeated.
/// </summary>
internal sealed class Upgrades(Session session, RoomBook rooms, Joining joining, Beginnings beginnings)
{
    private const string Words = "This room goes on where its older version ended: what Bridge carried there, it carries here.";

    /// <summary>Told what was written down to be done, once it is durable.</summary>
    public Action<IReadOnlyList<StateChange>> Written { get; set; } = _ => { };

    /// <summary>True when this room was replaced by another: Bridge is there, or was not let in yet.</summary>
    public async Task<bool> FollowAsync(string old, CancellationToken cancellationToken)
    {
        if (await SuccessorOfAsync(old, cancellationToken) is not { } successor)
        {
            return false;
        }

        if (await joining.TryBringAsync(successor, session.Bot, cancellationToken))
        {
            await CameAsync(successor, cancellationToken);
        }

        return true;
    }

    /// <summary>The bot came into a room; it may be one that goes on in the place of another.</summary>
    public async Task CameAsync(string room, CancellationToken cancellationToken)
    {
        if (await FieldOfAsync(room, "m.room.create", state => state.ObjectOf("predecessor")?.TextOf("room_id"), cancellationToken) is not { } old
            || rooms.AddressOf(room) == rooms.AddressOf(old)
            || await SuccessorOfAsync(old, cancellationToken) != room)
        {
            return;
        }

        var toHear = Chores.ToHear(room);
        await rooms.MoveAsync(old, room, toHear);
        Written([toHear]);
        await SayAsync(room, cancellationToken);
    }

    /// <summary>
    /// What people said there before it was known as the old room: until the bot was let in nothing of it was told, and until the move it was told of a room
    /// that no link knows.
    /// </summary>
    public Task HearAsync(string room, CancellationToken cancellationToken) =>
        rooms.AddressOf(room).Rest == room ? Task.CompletedTask : beginnings.HearAsync(room, cancellationToken);

    /// <summary>A room that goes on is worth more than the words about it.</summary>
    private async Task SayAsync(string room, CancellationToken cancellationToken)
    {
        try
        {
            var path = Paths.Send(room, "m.room.message", "bridge-upgraded", occurredAt: null);
            await session.Client.PutAsync(path, session.Bot, Contents.OfNotice(Words), cancellationToken);
        }
        catch (MatrixException)
        {
            session.Context.Drops.Dropped("the notice in a new room that it goes on in the place of another");
        }
    }

    private Task<string?> SuccessorOfAsync(string old, CancellationToken cancellationToken) =>
        FieldOfAsync(old, "m.room.tombstone", state => state.TextOf("replacement_room"), cancellationToken);

    /// <summary>The id of a room that a room's state names; null when it names none, or Bridge may not see it.</summary>
    private async Task<string?> FieldOfAsync(string room, string type, Func<JsonElement, string?> field, CancellationToken cancellationToken)
    {
        try
        {
            var named = field(await session.Client.GetAsync(Paths.State(room, type), session.Bot, cancellationToken));
            return named is ['!', _, ..] && MatrixId.FaultOfConversation(named) is null ? named : null;
        }
        catch (MatrixException failure) when (failure.IsForbidden || failure.Status == 404)
        {
            return null;
        }
    }
}
