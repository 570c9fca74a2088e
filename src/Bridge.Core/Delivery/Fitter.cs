using System.Globalization;
using Bridge.Abstractions;

namespace Bridge.Core.Delivery;

/// <summary>
/// Degrades an event to what an address can carry (law 8), so that no plugin contains an "if unsupported". Pure. An address that carries data
/// but no text gets messages as they are: its plugin maps them to bytes.
/// </summary>
public static class Fitter
{
    /// <summary>An address that carries plain text and nothing else.</summary>
    internal static EndpointCapabilities TextOnly { get; } = new() { Sends = EventFeature.Text, Resend = new ResendClass.Harmless() };

    /// <summary>The parts to send, in order.</summary>
    public static Fitted Fit(BridgeEvent content, EndpointCapabilities capabilities) => content switch
    {
        MessagePosted posted => Message(posted.Parts, capabilities),
        DataReported when Can(capabilities, EventFeature.Data) => Fitted.As(content),
        DataReported => Fitted.Nothing("the address carries no data"),
        MessageEdited edited when Can(capabilities, EventFeature.Edit) => Edit(edited, capabilities),
        MessageEdited edited => Line($"(edited) {edited.Text.Value}", capabilities),
        MessageDeleted when Can(capabilities, EventFeature.Delete) => Fitted.As(content),
        MessageDeleted => Line("(deleted)", capabilities),
        ReactionChanged when Can(capabilities, EventFeature.Reaction) => Fitted.As(content),
        ReactionChanged reaction => Line(reaction.Removed ? $"(took back {reaction.Reaction.Value})" : $"(reacted {reaction.Reaction.Value})", capabilities),
        ConversationChanged when Can(capabilities, EventFeature.Conversation) => Fitted.As(content),
        ConversationChanged { Name: { } name } => Line($"(renamed to {name.Value})", capabilities),
        ConversationChanged => Fitted.Quietly("nothing that the address shows has changed"),
        ReceiptReported when Can(capabilities, EventFeature.Receipt) => Fitted.As(content),
        ReceiptReported => Fitted.Quietly("the address carries no receipts"),
        TypingChanged when Can(capabilities, EventFeature.Typing) => Fitted.As(content),
        TypingChanged => Fitted.Quietly("the address carries no typing notices"),
        OutcomeTold when Can(capabilities, EventFeature.Outcome) => Fitted.As(content),
        OutcomeTold { Outcome: DeliveryOutcome.Failed, Why: var why } => Line($"(not delivered: {why})", capabilities),
        OutcomeTold => Fitted.Quietly("the address has no word for what became of a message"),
        DeliveryReported => Fitted.Quietly("a report of a delivery is not sent on"),
        _ => throw new ArgumentException($"the fitter does not know {content.GetType().Name}", nameof(content)),
    };

    private static bool Can(EndpointCapabilities capabilities, EventFeature feature) => (capabilities.Sends & feature) == feature;

    private static bool CarriesMessages(EndpointCapabilities capabilities) =>
        (capabilities.Sends & (EventFeature.Text | EventFeature.Data)) != EventFeature.None;

    private static Fitted Line(string text, EndpointCapabilities capabilities) => Message([new TextPart(new MessageText(text))], capabilities);

    /// <summary>Neighbouring parts that can only be text become one text, which costs fewer messages.</summary>
    private static Fitted Message(EquatableArray<MessagePart> parts, EndpointCapabilities capabilities)
    {
        if (!CarriesMessages(capabilities) && parts.Any(part => !Can(capabilities, part.Needs)))
        {
            return Fitted.Nothing("the address carries no messages");
        }

        if (parts.Count == 1 && IsCarried(parts[0], capabilities))
        {
            return Fitted.As(new MessagePosted(parts));
        }

        var fitted = new List<BridgeEvent>();
        var lines = new List<string>();
        foreach (var part in parts)
        {
            if (part is not TextPart && Can(capabilities, part.Needs))
            {
                Flush();
                fitted.Add(new MessagePosted([part]));
            }
            else
            {
                lines.Add(AsText(part));
            }
        }

        Flush();
        return fitted.Count == 0 ? Fitted.Quietly("the message is empty") : new Fitted(EquatableArray.From(fitted));

        void Flush()
        {
            if (lines.Count > 0)
            {
                fitted.AddRange(TextSplitter.Split(string.Join('\n', lines), capabilities.MaxTextLength).Select(MessagePosted.Of));
                lines.Clear();
            }
        }
    }

    private static bool IsCarried(MessagePart part, EndpointCapabilities capabilities) =>
        part is TextPart text ? text.Text.Value.Length <= capabilities.MaxTextLength : Can(capabilities, part.Needs);

    /// <summary>The start of a text that has become too long replaces the message; the rest follows it.</summary>
    private static Fitted Edit(MessageEdited edited, EndpointCapabilities capabilities)
    {
        var texts = TextSplitter.Split(edited.Text.Value, capabilities.MaxTextLength);
        return texts.Count == 1
            ? Fitted.As(edited)
            : new Fitted([edited with { Text = new MessageText(texts[0]) }, .. texts.Skip(1).Select(MessagePosted.Of)]);
    }

    private static string AsText(MessagePart part) => part switch
    {
        TextPart text => text.Text.Value,
        AttachmentPart file => $"(file: {file.Name.Value}, {Size(file.Size)})",
        LocationPart place => string.Create(CultureInfo.InvariantCulture, $"geo:{place.Latitude:0.######},{place.Longitude:0.######}"),
        ContactPart contact => $"(contact: {contact.Name.Value}, {contact.Number.Value})",
        _ => throw new ArgumentException($"the fitter does not know {part.GetType().Name}", nameof(part)),
    };

    private static string Size(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => $"{Math.Round(bytes / 1e3)} kB",
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB"),
    };
}

/// <summary>What the fitter made of an event.</summary>
/// <param name="Parts">To be sent in order; empty when the address can carry nothing of it.</param>
/// <param name="Why">Why there are no parts.</param>
/// <param name="Matters">False when nobody misses it (a typing notice): then it is no dead letter.</param>
public sealed record Fitted(EquatableArray<BridgeEvent> Parts, string? Why = null, bool Matters = true)
{
    internal static Fitted As(BridgeEvent content) => new([content]);

    internal static Fitted Nothing(string why) => new([], why);

    internal static Fitted Quietly(string why) => new([], why, Matters: false);
}
