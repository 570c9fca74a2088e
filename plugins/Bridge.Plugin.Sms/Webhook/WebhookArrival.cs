using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>Reads a message that came in; the service has put its parts together. Pure.</summary>
internal static class WebhookArrival
{
    private const int LongestName = 64;

    /// <summary>Null when nobody sent it, or it has no text.</summary>
    public static ReceivedMessage? Of(CallFields fields, WebhookMessageOptions places, WebhookNumbers numbers, Secret secret)
    {
        if (fields.Find(places.From)?.Trim() is not { Length: > 0 and <= LongestName } from || fields.Find(places.Text) is not { } text)
        {
            return null;
        }

        var (to, time) = (fields.Find(places.To)?.Trim() is { Length: <= LongestName } number ? number : "", fields.Find(places.Time));
        return new ReceivedMessage(
            WebhookNumber.Read(from, numbers), WebhookNumber.Read(to, numbers), TextCoding.Utf16, new Payload(Utf16.Encode(text)),
            new UserDataHeader())
        {
            NativeId = WebhookName.Of(fields.Find(places.Id)) ?? (time is { Length: > 0 } ? WebhookName.Of(secret, from, to, time, text) : null),
            SentAt = WebhookName.TimeOf(time),
        };
    }
}
