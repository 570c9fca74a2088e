using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>Reads a message that came in; the phone has put its parts together. Pure.</summary>
internal static class PhoneArrival
{
    private const int LongestName = 64;

    /// <summary>Null when nobody sent it.</summary>
    public static ReceivedMessage? Of(WebhookPayload payload) =>
        Of(payload.Sender ?? payload.PhoneNumber, payload.Recipient, payload.Message, payload.ReceivedAt, payload.MessageId);

    /// <summary>An MMS; null when nobody sent it.</summary>
    public static ReceivedMessage? OfMms(WebhookPayload payload, EquatableArray<AttachmentPart> files, IReadOnlyList<string> lines)
    {
        var text = string.Join('\n', ((string?[])[payload.Subject, payload.Body, .. lines]).Where(line => !string.IsNullOrEmpty(line)));
        return Of(payload.Sender ?? payload.PhoneNumber, payload.Recipient, text, payload.ReceivedAt, payload.MessageId) is not { } received ? null
            : received with { NativeId = received.NativeId is { } id ? "mms/" + id : null, Files = files }; // counted apart from the others
    }

    /// <summary>Null when nobody sent it.</summary>
    public static ReceivedMessage? Of(InboxEntry entry) => Of(entry.Sender, entry.Recipient, entry.ContentPreview, entry.CreatedAt, entry.Id);

    private static ReceivedMessage? Of(string? sender, string? recipient, string? text, string? at, string? id) =>
        sender?.Trim() is not { Length: > 0 and <= LongestName } from || text is null ? null
        : new ReceivedMessage(
            from, recipient is { Length: <= LongestName } ? recipient : "", TextCoding.Utf16, new Payload(Utf16.Encode(text)), new UserDataHeader())
        {
            NativeId = PhoneIds.NativeOf(id, at),
            SentAt = PhoneIds.TimeOf(at),
        };
}
