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
    public static Fitted Fit(BridgeEvent content, EndpointCapabilities capabilities, Preface preface = default) => content switch
    {
        MessagePosted posted => new MessageFitter(capabilities, preface, posted.Manner).Fit(posted.Parts),
        DataReported when Can(capabilities, EventFeature.Data) => Fitted.As(content),
        DataReported => Fitted.Nothing("the address carries no data"),
        MessageEdited edited when Can(capabilities, EventFeature.Edit) => Edit(edited, capabilities, preface with { Quote = null }),
        MessageEdited edited => Edited(edited, capabilities, preface with { Quote = null }),
        MessageDeleted when Can(capabilities, EventFeature.Delete) => Fitted.As(content),
        MessageDeleted => Line("(deleted)", capabilities, preface),
        ReactionChanged when Can(capabilities, EventFeature.Reaction) => Fitted.As(content),
        ReactionChanged reaction =>
            Line(reaction.Removed ? $"(took back {reaction.Reaction.Value})" : $"(reacted {reaction.Reaction.Value})", capabilities, preface),
        ConversationChanged when Can(capabilities, EventFeature.Conversation) => Fitted.As(content),
        ConversationChanged { Name: { } name } => Line($"(renamed to {name.Value})", capabilities, preface),
        ConversationChanged => Fitted.Quietly("nothing that the address shows has changed"),
        ReceiptReported when Can(capabilities, EventFeature.Receipt) => Fitted.As(content),
        ReceiptReported => Fitted.Quietly("the address carries no receipts"),
        TypingChanged when Can(capabilities, EventFeature.Typing) => Fitted.As(content),
        TypingChanged => Fitted.Quietly("the address carries no typing notices"),
        OutcomeTold when Can(capabilities, EventFeature.Outcome) => Fitted.As(content),
        OutcomeTold { Outcome: DeliveryOutcome.Failed, Why: var why } => Line(OutcomeLine.Of(why), capabilities, preface, MessageManner.Notice),
        OutcomeTold => Fitted.Quietly("the address has no word for what became of a message"),
        ConversationAnswered => Fitted.As(content), // of the very endpoint that asked
        ConversationRequested => Fitted.Quietly("a wish for a conversation is not sent on"),
        DeliveryReported => Fitted.Quietly("a report of a delivery is not sent on"),
        _ => throw new ArgumentException($"the fitter does not know {content.GetType().Name}", nameof(content)),
    };

    private static bool Can(EndpointCapabilities capabilities, EventFeature feature) => (capabilities.Sends & feature) == feature;

    private static Fitted Line(string text, EndpointCapabilities capabilities, Preface preface, MessageManner manner = MessageManner.Said) =>
        new MessageFitter(capabilities, preface, manner).Fit([new TextPart(new MessageText(text))]);

    private static Fitted Edited(MessageEdited edited, EndpointCapabilities capabilities, Preface preface)
    {
        const string mark = "(edited) ";
        EquatableArray<TextNode> format = edited.Format.Count == 0 ? [] : [new PlainNode(new MessageText(mark)), .. edited.Format];
        return new MessageFitter(capabilities, preface, MessageManner.Said).Fit([new TextPart(new MessageText(mark + edited.Text.Value)) { Format = format }]);
    }

    /// <summary>The start of a text that has become too long replaces the message; the rest follows it.</summary>
    private static Fitted Edit(MessageEdited edited, EndpointCapabilities capabilities, Preface preface)
    {
        var fitter = new MessageFitter(capabilities, preface, MessageManner.Said);
        var pieces = fitter.Pieces(fitter.Prefaced(new TextPart(edited.Text) { Format = edited.Format }));
        return new Fitted([edited with { Text = pieces[0].Text, Format = pieces[0].Format }, .. pieces.Skip(1).Select(piece => new MessagePosted([piece]))]);
    }
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
