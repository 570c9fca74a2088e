using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Rooms;

/// <summary>
/// Brings users of ours into rooms when they turn out not to be there. Nothing is remembered: whoever is there already need not be asked, and a refusal is
/// followed by joining, or by an invitation of the bot's and then joining. Each step may be repeated.
/// </summary>
internal sealed class Joining(Session session)
{
    /// <summary>Does something in a room as somebody; when that is forbidden, brings him there and does it once more.</summary>
    public async Task<JsonElement> InRoomAsync(string room, Actor actor, Func<Task<JsonElement>> act, CancellationToken cancellationToken)
    {
        try
        {
            return await act();
        }
        catch (MatrixException failure) when (failure.IsForbidden)
        {
            if (!await TryBringAsync(room, actor, cancellationToken))
            {
                throw;
            }
        }

        return await act();
    }

    /// <summary>False when the room does not let him in.</summary>
    public async Task<bool> TryBringAsync(string room, Actor actor, CancellationToken cancellationToken)
    {
        if (await TryJoinAsync(room, actor, cancellationToken))
        {
            return true;
        }

        return actor.UserId != session.Bot.UserId && await TryBringAsync(room, actor, session.Bot, cancellationToken);
    }

    /// <summary>The same, by invitation of somebody who is there.</summary>
    public async Task<bool> TryBringAsync(string room, Actor actor, Actor host, CancellationToken cancellationToken) =>
        await TryInviteAsync(room, host, actor.UserId, cancellationToken) && await TryJoinAsync(room, actor, cancellationToken);

    /// <summary>False when the room does not let him go: he is not there.</summary>
    public Task<bool> TryLeaveAsync(string room, Actor actor, CancellationToken cancellationToken) => TryAsync(Paths.Leave(room), actor, [], cancellationToken);

    /// <summary>True when he is invited or there.</summary>
    public Task<bool> TryInviteAsync(string room, string userId, CancellationToken cancellationToken) =>
        TryInviteAsync(room, session.Bot, userId, cancellationToken);

    private Task<bool> TryInviteAsync(string room, Actor host, string userId, CancellationToken cancellationToken) =>
        TryAsync(Paths.Invite(room), host, new JsonObject { ["user_id"] = userId }, cancellationToken);

    private Task<bool> TryJoinAsync(string room, Actor actor, CancellationToken cancellationToken) => TryAsync(Paths.Join(room), actor, [], cancellationToken);

    private async Task<bool> TryAsync(string path, Actor actor, JsonObject body, CancellationToken cancellationToken)
    {
        try
        {
            await session.Client.PostAsync(path, actor, body, cancellationToken);
            return true;
        }
        catch (MatrixException failure) when (failure.IsAlreadyThere)
        {
            return true;
        }
        catch (MatrixException failure) when (failure.IsForbidden || failure.Status == 404 || failure.Code == MatrixException.InviteBlocked)
        {
            return false;
        }
    }
}
