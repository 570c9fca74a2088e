using System.Threading.Channels;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Rooms;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>
/// What an event asks of Bridge itself: to join a room, to say that a room is encrypted, to follow an upgrade. Written down with the event, so that the homeserver need not wait
/// for it and a crash does not forget it; done one after another, and then struck out. Each may be done twice.
/// </summary>
internal sealed class Chores(Session session, Joining joining, Upgrades upgrades)
{
    private const string Prefix = "chore/";
    private const string JoinKind = Prefix + "join/";
    private const string SayKind = Prefix + "say-encrypted/";
    private const string FollowKind = Prefix + "follow/";
    private const string Words = "This room is encrypted, and this version of Bridge cannot read or write encrypted messages: nothing is carried from or to here. Use a room without encryption.";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    private readonly Channel<string> _open = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });

    // A room is told once in its life; asked of the state again after a restart.
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    public static StateChange ToJoin(string room) => new(JoinKind + room, ReadOnlyMemory<byte>.Empty);

    public static StateChange ToSayEncrypted(string room) => new(SayKind + room, ReadOnlyMemory<byte>.Empty);

    public static StateChange ToFollow(string room) => new(FollowKind + room, ReadOnlyMemory<byte>.Empty);

    /// <summary>One entry of the endpoint's state, as it was found at the start of the run: what was written down and not done is done now.</summary>
    public void Recall(string key)
    {
        if (key.StartsWith(Prefix, StringComparison.Ordinal))
        {
            _open.Writer.TryWrite(key);
        }
    }

    /// <summary>Called when the changes are durable.</summary>
    public void Look(IEnumerable<StateChange> changes)
    {
        foreach (var change in changes.Where(change => change.Value is not null))
        {
            Recall(change.Key);
        }
    }

    /// <summary>Does what was written down, and what comes, until stopping. Throws when the homeserver is not there.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await foreach (var key in _open.Reader.ReadAllAsync(stopping))
        {
            try
            {
                await DoAsync(key, stopping);
            }
            catch (MatrixException failure) when (failure.IsLimit)
            {
                await Task.Delay(failure.RetryAfter ?? s_pause, session.Context.Clock, stopping);
                _open.Writer.TryWrite(key);
                continue;
            }
            catch (MatrixException failure) when (!failure.IsOutage && !failure.IsBadToken)
            {
                session.Context.Report("the homeserver refused something that an invitation, an upgrade or an encrypted room asked for");
            }

            await session.RememberAsync(new StateChange(key, Value: null));
        }
    }

    private async Task DoAsync(string key, CancellationToken stopping)
    {
        if (key.StartsWith(JoinKind, StringComparison.Ordinal))
        {
            var room = key[JoinKind.Length..];
            if (!await joining.TryBringAsync(room, session.Bot, stopping))
            {
                return;
            }

            if (await IsEncryptedAsync(room, stopping))
            {
                await SayEncryptedAsync(room, stopping);
            }

            await upgrades.CameAsync(room, stopping);
        }
        else if (key.StartsWith(FollowKind, StringComparison.Ordinal))
        {
            await upgrades.FollowAsync(key[FollowKind.Length..], stopping);
        }
        else if (key.StartsWith(SayKind, StringComparison.Ordinal))
        {
            await SayEncryptedAsync(key[SayKind.Length..], stopping);
        }
    }

    private async Task<bool> IsEncryptedAsync(string room, CancellationToken stopping)
    {
        try
        {
            await session.Client.GetAsync(Paths.State(room, "m.room.encryption"), session.Bot, stopping);
            return true;
        }
        catch (MatrixException failure) when (failure.Status == 404)
        {
            return false;
        }
    }

    private async Task SayEncryptedAsync(string room, CancellationToken stopping)
    {
        var told = "told/" + room;
        if (_told.Contains(room) || await session.Context.State.GetAsync(told, stopping) is not null)
        {
            return;
        }

        var path = Paths.Send(room, "m.room.message", "bridge-encrypted", occurredAt: null);
        await session.Client.PutAsync(path, session.Bot, Contents.OfNotice(Words), stopping);
        await session.RememberAsync(new StateChange(told, ReadOnlyMemory<byte>.Empty));
        _told.Add(room);
    }
}
