using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Rooms;

namespace Bridge.Plugin.Matrix.Sending;

/// <summary>Looks up what was sent: by whom, and whether at all.</summary>
internal sealed class SentBook(Session session, Joining joining)
{
    private const int MostRemembered = 2_000;
    private const int PageSize = 100;
    private const int MostPages = 50;

    // Homeservers' clocks differ, and Bridge's may be set.
    private static readonly long s_slack = (long)TimeSpan.FromMinutes(10).TotalMilliseconds;

    // Core waits for half a minute. It is better to say that it cannot be told than to begin the same again and again.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<NativeId, (string Author, bool IsFile)> _sent = new();
    private int _remembered;

    public void Remember(NativeId id, Actor author, bool isFile)
    {
        // Counted here: the dictionary would take all its locks for that, with each message.
        if (_sent.TryAdd(id, (author.UserId, isFile)) && Interlocked.Increment(ref _remembered) > MostRemembered)
        {
            _sent.Clear(); // the homeserver knows
            Volatile.Write(ref _remembered, 0);
        }
    }

    /// <summary>Null when the homeserver does not know the event.</summary>
    public async ValueTask<string?> AuthorOfAsync(string room, NativeId id, CancellationToken cancellationToken)
    {
        return _sent.TryGetValue(id, out var known) ? known.Author : (await EventAsync(room, id, cancellationToken))?.TextOf("sender");
    }

    /// <summary>The content of a message that shows a file; null of any other.</summary>
    public async ValueTask<JsonElement?> FileOfAsync(string room, NativeId id, CancellationToken cancellationToken)
    {
        if (_sent.TryGetValue(id, out var known) && !known.IsFile)
        {
            return null;
        }

        var content = (await EventAsync(room, id, cancellationToken))?.ObjectOf("content");
        return content?.TextOf("msgtype") is "m.image" or "m.file" or "m.audio" or "m.video" ? content : null;
    }

    /// <summary>The reactions of this user with this key.</summary>
    public async Task<EquatableArray<NativeId>> ReactionsAsync(string room, ReactionChanged reaction, Actor actor, CancellationToken cancellationToken)
    {
        var answer = await ReadAsync(room, Paths.Reactions(room, reaction.Target.Value), cancellationToken);
        var key = Emoji.Normal(reaction.Reaction.Value);
        return EquatableArray.From(answer.ItemsOf("chunk")
            .Select(item => RoomEvent.Of(item, room))
            .Where(found => found is not null && found.Sender == actor.UserId && found.Content.ObjectOf("m.relates_to")?.TextOf("key") == key)
            .Select(found => new NativeId(found!.Id)));
    }

    /// <summary>Reads the room backwards until before Bridge knew of the event. Null when it cannot tell.</summary>
    public async Task<EquatableArray<NativeId>?> FindAsync(Outbound outbound, string room, CancellationToken cancellationToken)
    {
        if (outbound.Content is MessageDeleted or ReactionChanged { Removed: true })
        {
            return await FindRedactionAsync(outbound, room, cancellationToken);
        }

        if (outbound.Content is ReceiptReported or TypingChanged or ConversationChanged or ConversationAnswered)
        {
            return []; // once more does no harm
        }

        var earliest = TakenIn(outbound.Event) - s_slack;
        var shownAt = Math.Min(earliest, outbound.OccurredAt.ToUnixTimeMilliseconds());
        var began = session.Context.Clock.GetTimestamp();
        string? from = null;
        var doubtful = false;
        for (var page = 0; page < MostPages && session.Context.Clock.GetElapsedTime(began) < s_patience; page++)
        {
            var answer = await ReadAsync(room, Paths.Messages(room, from, PageSize), cancellationToken);
            var events = answer.ItemsOf("chunk").Select(item => RoomEvent.Of(item, room)).OfType<RoomEvent>().ToList();
            if (events.FirstOrDefault(found => IsSent(found, outbound.Key) && IsWhole(outbound, found)) is { } match)
            {
                return [new NativeId(match.Id)];
            }

            // What was taken back has lost its mark.
            doubtful |= events.Any(found => found.IsRedacted && TimeOf(found) >= shownAt && session.ActorOf(found.Sender) is not null);
            from = answer.TextOf("end");
            if (from is null || events.Any(found => IsBefore(found, earliest)))
            {
                return doubtful ? null : [];
            }
        }

        return null;
    }

    private bool IsSent(RoomEvent found, DeliveryKey key) => Marker.OfOurs(found)?.Key == key && session.ActorOf(found.Sender) is not null;

    /// <summary>A failure is told by a message, and perhaps by a status event before it, which most clients do not show: that alone is not all of it.</summary>
    private static bool IsWhole(Outbound outbound, RoomEvent found) =>
        outbound.Content is not OutcomeTold { Outcome: DeliveryOutcome.Failed } || found.Type == "m.room.message";

    /// <summary>When Bridge took it in, with which its id begins (UUIDv7): it left after that. When it happened elsewhere may be any time.</summary>
    private static long TakenIn(EventId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
    }

    /// <summary>
    /// What others said has its time. What Bridge said has the time of what it tells of, and its mark says when it left; a copy of the mark in
    /// somebody else's event says nothing.
    /// </summary>
    private bool IsBefore(RoomEvent found, long earliest) => session.IsOurs(found.Sender)
        ? Marker.OfOurs(found)?.LeftAt < earliest
        : found.StateKey is null && Marker.OfOurs(found) is null && TimeOf(found) < earliest;

    private static long? TimeOf(RoomEvent found) => found.SentAt?.ToUnixTimeMilliseconds();

    private async Task<JsonElement?> EventAsync(string room, NativeId id, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(room, Paths.Event(room, id.Value), cancellationToken);
        }
        catch (MatrixException failure) when (failure.IsForbidden || failure.Status == 404)
        {
            return null;
        }
    }

    /// <summary>As the bot, which comes in first where it is not.</summary>
    private Task<JsonElement> ReadAsync(string room, string path, CancellationToken cancellationToken) =>
        joining.InRoomAsync(room, session.Bot, () => session.Client.GetAsync(path, session.Bot, cancellationToken), cancellationToken);

    private async Task<EquatableArray<NativeId>?> FindRedactionAsync(Outbound outbound, string room, CancellationToken cancellationToken)
    {
        var targets = outbound.Content is MessageDeleted deleted ? [deleted.Target] : outbound.Earlier;
        List<NativeId> found = [];
        foreach (var target in targets)
        {
            if (await EventAsync(room, target, cancellationToken) is { } answer && RoomEvent.Of(answer, room) is { IsRedacted: true } gone)
            {
                found.Add(new NativeId(gone.RedactedBy ?? gone.Id));
            }
        }

        return found.Count == targets.Count ? EquatableArray.From(found) : [];
    }
}
