using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>One event of a room. Only a redaction changes it.</summary>
public sealed class RoomEvent
{
    private static readonly JsonElement s_nothing = JsonDocument.Parse("{}").RootElement;

    public required string Id { get; init; }

    public required string RoomId { get; init; }

    public required string Type { get; init; }

    public required string Sender { get; init; }

    public string? StateKey { get; init; }

    public required JsonElement Content { get; set; }

    /// <summary>Of a redaction: what it takes back.</summary>
    public string? Redacts { get; init; }

    /// <summary><c>origin_server_ts</c>, massaged by <c>?ts=</c> where that is allowed; order is <see cref="Position"/>.</summary>
    public required long Timestamp { get; init; }

    /// <summary>Of a state event: the content that it replaced.</summary>
    internal JsonElement? Before { get; init; }

    /// <summary>Its place in the stream of the server.</summary>
    public required long Position { get; init; }

    /// <summary>Who sent it with which transaction id, for the <c>unsigned.transaction_id</c> of that session's sync.</summary>
    internal (string Token, string TransactionId)? SentAs { get; init; }

    /// <summary>The redaction that took it back; null while it stands.</summary>
    public string? RedactedBy { get; internal set; }

    /// <summary>The plain body; null when it has none.</summary>
    public string? Body => Text("body");

    /// <summary>A string of the content; null when there is none.</summary>
    public string? Text(string name) => Content.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>What it relates to and how; null for nothing.</summary>
    public (string? Kind, string Target, string? Key)? Relation
    {
        get
        {
            if (!Content.TryGetProperty("m.relates_to", out var relates) || relates.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var kind = StringOf(relates, "rel_type");
            return StringOf(relates, "event_id") is { } target ? (kind, target, StringOf(relates, "key")) : null;
        }
    }

    internal void Redact(string by)
    {
        RedactedBy = by;
        Content = Type == "m.room.member" ? JsonSerializer.SerializeToElement(new { membership = Text("membership") }) : s_nothing;
    }

    internal Dictionary<string, object?> ToJson(long now, string? token = null)
    {
        var unsigned = new Dictionary<string, object?> { ["age"] = now - Timestamp };
        if (SentAs is { } sent && sent.Token == token)
        {
            unsigned["transaction_id"] = sent.TransactionId;
        }

        if (Before is { } before)
        {
            unsigned["prev_content"] = before;
        }

        if (RedactedBy is not null)
        {
            unsigned["redacted_because"] = new { event_id = RedactedBy, type = "m.room.redaction" };
        }

        var json = new Dictionary<string, object?>
        {
            ["type"] = Type, ["room_id"] = RoomId, ["sender"] = Sender, ["event_id"] = Id, ["origin_server_ts"] = Timestamp,
            ["content"] = Content, ["unsigned"] = unsigned,
        };
        if (StateKey is not null)
        {
            json["state_key"] = StateKey;
        }

        if (Redacts is not null)
        {
            json["redacts"] = Redacts;
        }

        return json;
    }

    private static string? StringOf(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
