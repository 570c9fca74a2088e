using System.Collections.Concurrent;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Rooms;

/// <summary>
/// Which room an address means, and by which address a room is known: an address is for ever the name that the configuration uses, so what happens in a
/// room that is addressed by alias or person happens at that address, and what happens in the successor of an upgraded room at the address of the old
/// one.
/// </summary>
internal sealed class RoomBook(Session session, RoomMaker maker, Joining joining)
{
    private const string NamePrefix = "name/";
    private const string KindPrefix = "room/";
    private const string LeftPrefix = "left/";
    private const int MostInMemory = 20_000; // all the portals of most: what is forgotten is asked again
    private static readonly byte[] s_encrypted = "encrypted"u8.ToArray();

    private readonly ConcurrentDictionary<string, string> _roomOf = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _nameOf = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _isEncrypted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _left = new(StringComparer.Ordinal);

    /// <summary>One entry of the endpoint's state, as it was found at the start of the run: names that were ever resolved are kept.</summary>
    public void Recall(string key, ReadOnlySpan<byte> value)
    {
        if (key.StartsWith(NamePrefix, StringComparison.Ordinal))
        {
            Name(key[NamePrefix.Length..], Encoding.UTF8.GetString(value));
        }
        else if (key.StartsWith(LeftPrefix, StringComparison.Ordinal))
        {
            _left[key[LeftPrefix.Length..]] = true;
        }
    }

    /// <summary>Whether it is known which room that is.</summary>
    public bool Knows(string rest) => _roomOf.ContainsKey(rest);

    public Address AddressOf(string room) => new(session.Context.Id, _nameOf.GetValueOrDefault(room, room));

    /// <summary>The room's id. Throws a <see cref="MatrixException"/> when it is not to be had.</summary>
    public async ValueTask<string> RoomOfAsync(string rest, CancellationToken cancellationToken)
    {
        if (_roomOf.TryGetValue(rest, out var known))
        {
            return _left.ContainsKey(rest) ? await WithPersonAsync(rest, known, cancellationToken) : known;
        }

        if (rest[0] == '!')
        {
            return rest;
        }

        var room = rest[0] == '@' ? await maker.DirectRoomAsync(rest, cancellationToken) : await maker.RoomBehindAsync(rest, cancellationToken);
        Name(rest, room);
        await session.RememberAsync(new StateChange(NamePrefix + rest, Encoding.UTF8.GetBytes(room)));
        return room;
    }

    /// <summary>From now on another room is what the address of this one means. Completes when it is durable, together with what is to be done then.</summary>
    public async Task MoveAsync(string old, string room, StateChange chore)
    {
        var rest = AddressOf(old).Rest;
        await session.RememberAsync(new StateChange(NamePrefix + rest, Encoding.UTF8.GetBytes(room)), chore);
        Name(rest, room);
    }

    /// <summary>
    /// Asked of the homeserver once in each run, before the first word in a room; afterwards the room's own events tell. Only that it is encrypted is
    /// remembered for longer: that stays so, and while Bridge is away anybody may turn it on.
    /// </summary>
    public async ValueTask<bool> IsEncryptedAsync(string room, CancellationToken cancellationToken)
    {
        if (_isEncrypted.TryGetValue(room, out var known))
        {
            return known;
        }

        var stored = await session.Context.State.GetAsync(KindPrefix + room, cancellationToken);
        if (stored is { } kind && kind.Span.SequenceEqual(s_encrypted))
        {
            return InMemory(room, encrypted: true);
        }

        var encrypted = await AskAsync(room, cancellationToken);
        if (encrypted)
        {
            await session.RememberAsync(EncryptedChange(room));
        }

        return InMemory(room, encrypted);
    }

    public bool IsKnownAsEncrypted(string room) => _isEncrypted.GetValueOrDefault(room);

    /// <summary>A room became encrypted, which it then stays; known by <see cref="Learn"/>, once it is durable.</summary>
    public static StateChange EncryptedChange(string room) => new(KindPrefix + room, s_encrypted);

    /// <summary>The person of a direct chat went away, or did not come: before anything more is said there he is asked in again.</summary>
    public static StateChange LeftChange(string userId) => new(LeftPrefix + userId, ReadOnlyMemory<byte>.Empty);

    /// <summary>Called when the changes are durable.</summary>
    public void Learn(IEnumerable<StateChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Key.StartsWith(KindPrefix, StringComparison.Ordinal))
            {
                InMemory(change.Key[KindPrefix.Length..], encrypted: true);
            }
            else if (change.Key.StartsWith(LeftPrefix, StringComparison.Ordinal))
            {
                _left[change.Key[LeftPrefix.Length..]] = true;
            }
        }
    }

    private async Task<string> WithPersonAsync(string userId, string room, CancellationToken cancellationToken)
    {
        if (!await joining.TryInviteAsync(room, userId, cancellationToken))
        {
            throw new MatrixException(403, MatrixException.InviteBlocked);
        }

        _left.TryRemove(userId, out _);
        await session.RememberAsync(new StateChange(LeftPrefix + userId, Value: null));
        return room;
    }

    private async Task<bool> AskAsync(string room, CancellationToken cancellationToken)
    {
        try
        {
            var path = Paths.State(room, "m.room.encryption");
            await joining.InRoomAsync(room, session.Bot, () => session.Client.GetAsync(path, session.Bot, cancellationToken), cancellationToken);
            return true;
        }
        catch (MatrixException failure) when (failure.Status == 404)
        {
            return false;
        }
    }

    private void Name(string rest, string room)
    {
        _roomOf[rest] = room;
        if (rest[0] != '!' || !session.Context.Interests.Contains(room)) // a configuration that knows the new room by its own id means that
        {
            _nameOf[room] = rest;
        }
    }

    private bool InMemory(string room, bool encrypted)
    {
        if (_isEncrypted.Count >= MostInMemory)
        {
            _isEncrypted.Clear();
        }

        return encrypted ? _isEncrypted[room] = true : _isEncrypted.GetOrAdd(room, false); // its own event may have come since it was asked
    }
}
