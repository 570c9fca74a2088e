using Bridge.Abstractions;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>What a report says of a message of ours. Pure. That nothing goes back from an end is Core's to see to.</summary>
internal static class WebhookOutcome
{
    /// <summary>Null while nothing is decided.</summary>
    public static PartReport? Of(DeliveryKey key, CallFields fields, WebhookReportOptions places)
    {
        var state = fields.Find(places.State)?.Trim() ?? "";
        bool Says(EquatableArray<string> words) => words.Contains(state, StringComparer.OrdinalIgnoreCase);
        return Says(places.Read) ? new PartReport(key, 1, 1, IsDelivered: true, null) { IsRead = true }
            : Says(places.Delivered) ? new PartReport(key, 1, 1, IsDelivered: true, null)
            : Says(places.Failed) ? new PartReport(key, 1, 1, IsDelivered: false, WhyOf(state, WebhookName.CodeOf(fields.Find(places.Reason))))
            : null;
    }

    // The word is one of the configuration's.
    private static string WhyOf(string state, string? code) => $"the service says {state.ToLowerInvariant()}{(code is null ? "" : $" ({code})")}";
}
