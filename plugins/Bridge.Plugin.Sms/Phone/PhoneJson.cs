using System.Text.Json.Serialization;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>
/// What goes to the app SMS Gateway for Android and comes from it, as JSON. Whatever is not there is null here, whether it may be left out or not.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NewMessage))]
[JsonSerializable(typeof(MessageStatus))]
[JsonSerializable(typeof(List<Device?>))]
[JsonSerializable(typeof(Webhook))]
[JsonSerializable(typeof(List<Webhook?>))]
[JsonSerializable(typeof(List<InboxEntry?>))]
[JsonSerializable(typeof(WebhookCall))]
internal sealed partial class PhoneJson : JsonSerializerContext;

/// <summary>A message to be sent.</summary>
/// <param name="Id">Ours; the gateway takes each once.</param>
/// <param name="DeviceId">Which phone sends it.</param>
/// <param name="PhoneNumbers">To whom; always one.</param>
/// <param name="TextMessage">What it says.</param>
/// <param name="SimNumber">Which SIM; from 1. Null for the phone's own choice.</param>
/// <param name="WithDeliveryReport">Whether the network is asked for a report.</param>
/// <param name="Ttl">After so many seconds it is not sent any more; null for never.</param>
/// <param name="Priority">Higher ones go first; null for 0.</param>
internal sealed record NewMessage(
    string Id, string DeviceId, IReadOnlyList<string> PhoneNumbers, NewText TextMessage, int? SimNumber, bool WithDeliveryReport, long? Ttl, int? Priority)
{
    /// <summary>Nothing of its content.</summary>
    public override string ToString() => $"({Id})";
}

/// <summary>The text of a message.</summary>
internal sealed record NewText(string Text)
{
    /// <summary>Nothing of its content.</summary>
    public override string ToString() => $"({Text.Length})";
}

/// <summary>How far a message got.</summary>
internal sealed record MessageStatus(string? Id, string? State, IReadOnlyList<RecipientStatus?>? Recipients);

/// <summary>How far it got with one recipient; his number is not read.</summary>
internal sealed record RecipientStatus(string? Error);

/// <summary>A phone that the gateway knows.</summary>
internal sealed record Device(string? Id, string? LastSeen);

/// <summary>A URL that is called when something happens.</summary>
internal sealed record Webhook(string? Id, string? Url, string? Event, string? DeviceId);

/// <summary>A message that came in, as the phone lists it.</summary>
internal sealed record InboxEntry(string? Id, string? Sender, string? Recipient, string? ContentPreview, string? CreatedAt)
{
    /// <summary>Nothing of its content.</summary>
    public override string ToString() => $"({CreatedAt})";
}

/// <summary>What a webhook is called with.</summary>
internal sealed record WebhookCall(string? Event, WebhookPayload? Payload);

/// <summary>What happened. <c>phoneNumber</c> is what older versions of the app call the sender; subject, body and attachments are an MMS's.</summary>
internal sealed record WebhookPayload(
    string? MessageId, string? Sender, string? PhoneNumber, string? Recipient, string? Message, string? ReceivedAt, string? Reason, string? Subject, string? Body,
    IReadOnlyList<WebhookFile?>? Attachments)
{
    /// <summary>Nothing of its content.</summary>
    public override string ToString() => $"({MessageId})";
}

/// <summary>A file of an MMS.</summary>
/// <param name="Data">In base64; null where the phone leaves it out.</param>
internal sealed record WebhookFile(string? ContentType, string? Name, long? Size, string? Data)
{
    /// <summary>Nothing of its content.</summary>
    public override string ToString() => $"({Size})";
}
