using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>What people and rooms are called. Asked of the homeserver when somebody first speaks; afterwards the rooms' own events tell.</summary>
internal sealed class NameBook(Session session)
{
    private const int MostRemembered = 2_000;
    private const int LongestName = 255;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, string?> _names = new(StringComparer.Ordinal);

    // When somebody's name was asked for in vain: whoever's server is away delays his messages once, not each of them.
    private readonly ConcurrentDictionary<string, long> _missed = new(StringComparer.Ordinal);

    /// <summary>
    /// Null when nobody says: a name is not worth a delay of the message. For a stranger's profile the homeserver asks his own, which may be slow; what the
    /// room calls him it knows.
    /// </summary>
    public async ValueTask<string?> OfAsync(string userId, string room, CancellationToken cancellationToken)
    {
        if (_names.TryGetValue(userId, out var known))
        {
            return known;
        }

        var path = session.IsLocal(userId) ? Paths.Profile(userId) : Paths.State(room, "m.room.member", userId);
        return await AskAsync(userId, path, "displayname", cancellationToken);
    }

    /// <summary>What is known of a room; null when nothing is.</summary>
    public async ValueTask<ConversationFacts?> RoomAsync(string room, bool isDirect, CancellationToken cancellationToken)
    {
        if (!_names.TryGetValue(room, out var name))
        {
            name = await AskAsync(room, Paths.State(room, "m.room.name"), "name", cancellationToken);
        }

        return name is null && !isDirect ? null : new ConversationFacts(name is null ? null : new MessageText(name), isDirect);
    }

    /// <summary>A membership event of somebody who is in the room, or the room's name.</summary>
    public void Hear(RoomEvent happened)
    {
        if (happened is { Type: "m.room.name", StateKey: "" })
        {
            Remember(happened.Room, happened.Content.TextOf("name"));
        }

        if (happened is { Type: "m.room.member", StateKey: { } userId } && !session.IsOurs(userId) && happened.Content.TextOf("membership") == "join")
        {
            Remember(userId, happened.Content.TextOf("displayname"));
        }
    }

    private async ValueTask<string?> AskAsync(string id, string path, string field, CancellationToken cancellationToken)
    {
        if (_missed.TryGetValue(id, out var at) && session.Context.Clock.GetElapsedTime(at) < s_pause)
        {
            return null;
        }

        try
        {
            var answer = await session.Client.SendAsync(HttpMethod.Get, path, session.Bot, body: null, cancellationToken, s_patience);
            return Remember(id, answer.TextOf(field));
        }
        catch (MatrixException failure)
        {
            return failure.Status == 404 ? Remember(id, null) : Miss(id);
        }
    }

    private string? Miss(string id)
    {
        if (_missed.Count >= MostRemembered)
        {
            _missed.Clear();
        }

        _missed[id] = session.Context.Clock.GetTimestamp();
        return null;
    }

    private string? Remember(string userId, string? name)
    {
        if (_names.Count >= MostRemembered)
        {
            _names.Clear();
        }

        return _names[userId] = name is { Length: > 0 } ? name[..Math.Min(name.Length, LongestName)] : null;
    }
}
