using System.Text.Json;
using System.Text.Json.Serialization;
using Bridge.Plugin.Sms.Http;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>What Twilio answers, as far as it is read: nothing that quotes a number or a text.</summary>
/// <param name="Sid">Of the message that was made.</param>
/// <param name="Status">How far it is already, as a word; of an error its HTTP status, as a number.</param>
/// <param name="ErrorCode">Why that message failed.</param>
/// <param name="Code">Why the request failed.</param>
internal sealed record TwilioTold(string? Sid, JsonElement Status, int? ErrorCode, int? Code)
{
    /// <summary>Whether Twilio gave it up in the same breath.</summary>
    public bool IsDropped => Status.ValueKind == JsonValueKind.String && Status.GetString() is "failed" or "undelivered" or "canceled";

    /// <summary>Nothing is known of what cannot be read.</summary>
    public static TwilioTold Read(ReadOnlySpan<byte> json) =>
        ForeignJson.TryRead(json, TwilioJson.Default.TwilioTold) ?? new TwilioTold(null, default, null, null);
}

/// <summary>A page of the account's messages, the newest first.</summary>
internal sealed record MessageList(IReadOnlyList<ListedMessage?>? Messages, string? NextPageUri)
{
    /// <summary>Nothing of its content.</summary>
    public override string ToString() => $"({Messages?.Count})";
}

/// <summary>One message as Twilio lists it, whichever way it went.</summary>
internal sealed record ListedMessage(
    string? Sid, string? Direction, string? From, string? To, string? Body, string? NumMedia, string? DateSent, string? MessagingServiceSid)
{
    /// <summary>Nothing of its content.</summary>
    public override string ToString() => $"({Sid})";
}

/// <summary>The files of one message.</summary>
internal sealed record MediaList([property: JsonPropertyName("media_list")] IReadOnlyList<ListedFile?>? Files);

/// <summary>One of them.</summary>
/// <param name="Uri">Of what Twilio says of it; without its ending, of the file itself.</param>
internal sealed record ListedFile(string? Uri, string? ContentType);

/// <summary>Twilio's JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TwilioTold))]
[JsonSerializable(typeof(MessageList))]
[JsonSerializable(typeof(MediaList))]
internal sealed partial class TwilioJson : JsonSerializerContext;
