using System.Globalization;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>What a status callback says of a message of ours. Pure. They come in any order: that a delivery moves forward alone is Core's to see to.</summary>
internal static class TwilioOutcome
{
    /// <summary>Null while nothing is decided (accepted, scheduled, queued, sending, sent), and for words that are new.</summary>
    /// <param name="key">Of the delivery.</param>
    /// <param name="form">What Twilio posted.</param>
    /// <param name="isReported">Whether networks report deliveries; otherwise sent is as much as will be known.</param>
    public static PartReport? Of(DeliveryKey key, FormFields form, bool isReported) => form.ValueOf("MessageStatus") switch
    {
        "delivered" => Delivered(key),
        "sent" when !isReported => Delivered(key),
        "read" => Delivered(key) with { IsRead = true },
        "undelivered" or "failed" => Failed(key, TwilioErrors.WhyOf(CodeOf(form.ValueOf("ErrorCode")))),
        "canceled" => Failed(key, "it was cancelled at Twilio before it was sent"),
        _ => null,
    };

    private static PartReport Delivered(DeliveryKey key) => new(key, 1, 1, IsDelivered: true, null);

    private static PartReport Failed(DeliveryKey key, string why) => new(key, 1, 1, IsDelivered: false, why);

    private static int? CodeOf(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code > 0 ? code : null;
}
