using System.Collections.Concurrent;
using System.Threading.Channels;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Rooms;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>
/// What an event asks of Bridge itself: to join a room, to say that a room is encrypted, to follow an upgrade and
/// to read what was missed by it. Written down with the event, so that the
/// homeserver need not wait for it and a crash does not forget it; done, and then struck out. Each may be done twice. What fails because the servers of
/// one room do not answer is done later, and the others meanwhile: whether the homeserver itself is away, its watch decides.
/// </summary>
internal sealed class Chores(Session session, Joining joining, Upgrades upgrades)
{
    private const string Prefix = "chore/";
    private const string JoinKind = Prefix + "join/";
    private const string SayKind = Prefix + "say-encrypted/";
    private const string FollowKind = Prefix + "follow/";
    private const string HearKind = Prefix + "hear/";
    private const string Words = "This room is encrypted, and this version of Bridge cannot read or write encrypted messages: nothing is carried from or to here. Use a room without encryption.";

    private const int AtOnce = 4; // one of them may wait for a minute: a homeserver that joins a room asks others
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private readonly Channel<string> _open = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });

    // In memory alone: the time for which the homeserver itself was away is not theirs.
    private readonly ConcurrentDictionary<string, Late> _late = new(StringComparer.Ordinal);

    // A room is told once in its life; asked of the state again after a restart.
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    public static StateChange ToJoin(string room) => new(JoinKind + room, ReadOnlyMemory<byte>.Empty);

    public static StateChange ToSayEncrypted(string room) => new(SayKind + room, ReadOnlyMemory<byte>.Empty);

    public static StateChange ToFollow(string room) => new(FollowKind + room, ReadOnlyMemory<byte>.Empty);

    public static StateChange ToHear(string room) => new(HearKind + room, ReadOnlyMemory<byte>.Empty);

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

    /// <summary>Does what was written down, and what comes, until stopping.</summary>
    public Task RunAsync(CancellationToken stopping)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping };
        return Parallel.ForEachAsync(_open.Reader.ReadAllAsync(stopping), options, TryAsync);
    }

    private async ValueTask TryAsync(string key, CancellationToken stopping)
    {
        try
        {
            await DoAsync(key, stopping);
        }
        catch (MatrixException failure) when (failure.IsPassing)
        {
            if (!failure.IsOutage || !IsOver(key))
            {
                PutOff(key, failure.RetryAfter, stopping);
                return;
            }

            session.Context.Drops.Dropped("an invitation, an upgrade or a notice in an encrypted room: for a day the room's servers did not answer");
            session.Context.Report("a room was given up whose servers did not answer for a day: invite the bot again when they do");
        }
        catch (MatrixException)
        {
            session.Context.Report("the homeserver refused something that an invitation, an upgrade or an encrypted room asked for");
        }

        _late.TryRemove(key, out _);
        await session.RememberAsync(new StateChange(key, Value: null));
    }

    private bool IsOver(string key) => _late.TryGetValue(key, out var late) && session.Context.Clock.GetUtcNow() - late.Since >= s_longest;

    /// <summary>Each time for longer, unless the homeserver says for how long.</summary>
    private void PutOff(string key, TimeSpan? wanted, CancellationToken stopping)
    {
        var longer = _late.TryGetValue(key, out var before) ? before.Pause * 2 : s_firstPause;
        var late = new Late(before?.Since ?? session.Context.Clock.GetUtcNow(), longer < s_longestPause ? longer : s_longestPause);
        _late[key] = late;
        _ = AgainAsync(key, late, wanted ?? late.Pause, stopping); // fails by the end of the run alone
    }

    /// <summary>Unless the same was asked for meanwhile, done or put off again.</summary>
    private async Task AgainAsync(string key, Late late, TimeSpan pause, CancellationToken stopping)
    {
        await Task.Delay(pause, session.Context.Clock, stopping);
        if (_late.TryGetValue(key, out var latest) && ReferenceEquals(latest, late))
        {
            _open.Writer.TryWrite(key);
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
        else if (key.StartsWith(HearKind, StringComparison.Ordinal))
        {
            await upgrades.HearAsync(key[HearKind.Length..], stopping);
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
        if (_told.ContainsKey(room) || await session.Context.State.GetAsync(told, stopping) is not null)
        {
            return;
        }

        var path = Paths.Send(room, "m.room.message", "bridge-encrypted", occurredAt: null);
        await session.Client.PutAsync(path, session.Bot, Contents.OfNotice(Words), stopping);
        await session.RememberAsync(new StateChange(told, ReadOnlyMemory<byte>.Empty));
        _told.TryAdd(room, true);
    }

    /// <summary>A chore that was put off.</summary>
    /// <param name="Since">When it was first tried.</param>
    /// <param name="Pause">How long it waits.</param>
    private sealed record Late(DateTimeOffset Since, TimeSpan Pause);
}
