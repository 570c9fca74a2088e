using System.Text.Json;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Mapping;

/// <summary>One event of a room as the homeserver tells it. Whatever is not needed stays in <see cref="Content"/>.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Room">Its room.</param>
/// <param name="Sender">Its sender's user id.</param>
/// <param name="Type">Its type.</param>
/// <param name="StateKey">Null for what is no state: the key decides, not the type.</param>
/// <param name="SentAt">By the sender's homeserver; null when it says none that can be a time.</param>
/// <param name="Content">An object.</param>
internal sealed record RoomEvent(string Id, string Room, string Sender, string Type, string? StateKey, DateTimeOffset? SentAt, JsonElement Content)
{
    private const int LongestName = 1_000; // 255 bytes by the rules

    /// <summary>Of a redaction, what it takes back: in room versions before 11 beside the content, since then in it.</summary>
    public string? Redacts { get; init; }

    /// <summary>The content is gone: somebody took the event back.</summary>
    public bool IsRedacted { get; init; }

    /// <summary>By whom; null when nobody did or it is not told.</summary>
    public string? RedactedBy { get; init; }

    /// <summary>Of a membership: what it was until then, where that is told.</summary>
    public string? MembershipBefore { get; init; }

    /// <summary>Null for what is no event.</summary>
    /// <param name="value">One item of a transaction.</param>
    /// <param name="room">The room, where the answer does not repeat it.</param>
    public static RoomEvent? Of(JsonElement value, string? room = null)
    {
        room = value.TextOf("room_id") ?? room;
        if (value.TextOf("event_id") is not { } id || value.TextOf("sender") is not { } sender || value.TextOf("type") is not { } type || room is null
            || id.Length is 0 or > LongestName || room.Length is 0 or > LongestName || sender.Length is 0 or > LongestName || value.ObjectOf("content") is not { } content)
        {
            return null;
        }

        return new RoomEvent(id, room, sender, type, value.TextOf("state_key"), TimeOf(value), content)
        {
            Redacts = value.TextOf("redacts") ?? content.TextOf("redacts"),
            IsRedacted = value.ObjectOf("unsigned")?.Get("redacted_because") is not null,
            MembershipBefore = value.ObjectOf("unsigned")?.ObjectOf("prev_content")?.TextOf("membership"),
            RedactedBy = value.ObjectOf("unsigned")?.ObjectOf("redacted_because")?.TextOf("event_id"),
        };
    }

    /// <summary>Those of a list that are events; none when it is no list.</summary>
    public static IEnumerable<RoomEvent> ListOf(JsonElement list, string room) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(value => Of(value, room)).OfType<RoomEvent>() : [];

    private static DateTimeOffset? TimeOf(JsonElement value) =>
        value.NumberOf("origin_server_ts") is { } milliseconds and > 0 and < 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
}
