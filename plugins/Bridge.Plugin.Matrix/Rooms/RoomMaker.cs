using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Ghosts;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Rooms;

/// <summary>
/// Makes rooms so that a repeat finds what the first call made: the homeserver has no idempotency key for that, but an alias that follows from the request
/// can exist once only.
/// </summary>
internal sealed class RoomMaker(Session session, Joining joining, Pictures pictures)
{
    /// <summary>The room of a portal, or of a chat that somebody starts.</summary>
    public async Task<string> OpenAsync(ConversationRequest request, CancellationToken cancellationToken)
    {
        var (room, _) = await MakeOrAdoptAsync(request.Key, await BodyOfAsync(request, cancellationToken), cancellationToken);
        foreach (var person in request.Invite)
        {
            await joining.TryInviteAsync(room, person.Value, cancellationToken);
        }

        return room;
    }

    /// <summary>The chat between the bot and one person. Whoever made the room may have ended, or been refused, before the person was invited.</summary>
    public async Task<string> DirectRoomAsync(string userId, CancellationToken cancellationToken)
    {
        var key = "direct" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(userId)))[..24];
        var body = Body(name: null, isDirect: true);
        body["invite"] = new JsonArray(userId);
        var (room, isNew) = await MakeOrAdoptAsync(key, body, cancellationToken);
        return isNew || await joining.TryInviteAsync(room, userId, cancellationToken) ? room : throw new MatrixException(403, MatrixException.InviteBlocked);
    }

    /// <summary>A room of the bot's, in which nobody else is.</summary>
    public async Task<string> OwnRoomAsync(string key, CancellationToken cancellationToken) =>
        (await MakeOrAdoptAsync(key, Body(name: null, isDirect: false), cancellationToken)).Room;

    public async Task<string> RoomBehindAsync(string alias, CancellationToken cancellationToken)
    {
        var found = await session.Client.GetAsync(Paths.Alias(alias), session.Bot, cancellationToken);
        return found.TextOf("room_id") ?? throw new MatrixException(404, MatrixException.NotFound);
    }

    private async Task<(string Room, bool IsNew)> MakeOrAdoptAsync(string key, JsonObject body, CancellationToken cancellationToken)
    {
        var localpart = $"{AliasPrefix}{session.Context.Id.Value}_{key}";
        body["room_alias_name"] = localpart;
        try
        {
            var made = await session.Client.PostAsync(Paths.CreateRoom, session.Bot, body, cancellationToken);
            return (made.TextOf("room_id") ?? throw new MatrixException("the homeserver made a room without an id", mayHaveArrived: true), true);
        }
        catch (MatrixException failure) when (failure.Code == MatrixException.RoomInUse)
        {
            return (await AdoptAsync($"#{localpart}:{session.ServerName}", cancellationToken), false);
        }
    }

    /// <summary>
    /// The aliases of an application service are its own; where Bridge is an account like others, the account's name tells them from those of other
    /// installations.
    /// </summary>
    private string AliasPrefix => session.HasGhosts ? session.Options.Ghosts.Prefix : MatrixId.LocalpartOf(session.Bot.UserId) + "_";

    /// <summary>
    /// Finds what an earlier call made. An alias of an account can be guessed and taken by anybody: only a room that the account itself made is adopted.
    /// </summary>
    private async Task<string> AdoptAsync(string alias, CancellationToken cancellationToken)
    {
        var room = await RoomBehindAsync(alias, cancellationToken);
        var state = session.HasGhosts ? default : await session.Client.GetAsync(Paths.AllState(room), session.Bot, cancellationToken);
        return session.HasGhosts || RoomEvent.ListOf(state, room).Any(made => made is { Type: "m.room.create" } && made.Sender == session.Bot.UserId)
            ? room
            : throw new MatrixException(403, MatrixException.Forbidden);
    }

    private async Task<JsonObject> BodyOfAsync(ConversationRequest request, CancellationToken cancellationToken)
    {
        var body = Body(request.Name?.Value, request.IsDirect);
        if (request.Invite.Count > 0)
        {
            body["invite"] = new JsonArray([.. request.Invite.Select(person => (JsonNode)person.Value)]);
        }

        var state = new JsonArray([.. request.For is { } far ? BridgeInfo.StateOf(session, request, far) : []]);
        if (request.Picture is { } picture && await pictures.AddressOfAsync(picture, cancellationToken) is { } address)
        {
            state.Add(new JsonObject { ["type"] = "m.room.avatar", ["state_key"] = "", ["content"] = new JsonObject { ["url"] = address } });
        }

        body["initial_state"] = state;
        return body;
    }

    private JsonObject Body(string? name, bool isDirect)
    {
        var body = new JsonObject { ["preset"] = "private_chat", ["visibility"] = "private", ["is_direct"] = isDirect };
        if (name is { Length: > 0 })
        {
            body["name"] = name;
        }

        if (session.Options.Rooms.Version is { } version)
        {
            body["room_version"] = version;
        }

        return body;
    }
}
