using System.Text.Json.Serialization.Metadata;
using Bridge.Abstractions;

namespace Bridge.Core.Sealing;

/// <summary>
/// The stored names of the kinds of event, part and text node. The contract assembly knows no serializer, so they are registered here; a test holds that
/// none is missing. Never rename one.
/// </summary>
internal static class SealedKinds
{
    private static readonly JsonDerivedType[] s_events =
    [
        new(typeof(MessagePosted), "posted"),
        new(typeof(MessageEdited), "edited"),
        new(typeof(MessageDeleted), "deleted"),
        new(typeof(ReactionChanged), "reaction"),
        new(typeof(ReceiptReported), "receipt"),
        new(typeof(TypingChanged), "typing"),
        new(typeof(ConversationChanged), "conversation"),
        new(typeof(DataReported), "data"),
        new(typeof(DeliveryReported), "delivery"),
        new(typeof(OutcomeTold), "outcome"),
        new(typeof(ConversationRequested), "request"),
        new(typeof(ConversationAnswered), "answer"),
    ];

    private static readonly JsonDerivedType[] s_parts =
    [
        new(typeof(TextPart), "text"),
        new(typeof(AttachmentPart), "attachment"),
        new(typeof(LocationPart), "location"),
        new(typeof(ContactPart), "contact"),
    ];

    private static readonly JsonDerivedType[] s_nodes =
    [
        new(typeof(PlainNode), "plain"),
        new(typeof(StyledNode), "styled"),
        new(typeof(CodeNode), "code"),
        new(typeof(LinkNode), "link"),
        new(typeof(QuoteNode), "quote"),
        new(typeof(ListNode), "list"),
        new(typeof(MentionNode), "mention"),
    ];

    public static void Register(JsonTypeInfo info)
    {
        var kinds = info.Type == typeof(BridgeEvent) ? s_events
            : info.Type == typeof(MessagePart) ? s_parts
            : info.Type == typeof(TextNode) ? s_nodes
            : null;
        LeaveOutDefaults(info);
        if (kinds is null)
        {
            return;
        }

        info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "kind" };
        foreach (var kind in kinds)
        {
            info.PolymorphismOptions.DerivedTypes.Add(kind);
        }
    }

    /// <summary>Members that came later, and most records have nothing in: what an earlier version wrote stays as it is, byte for byte.</summary>
    private static void LeaveOutDefaults(JsonTypeInfo info)
    {
        foreach (var member in info.Properties.Where(member => member.Name is "format" or "manner" or "shownAs"))
        {
            var none = Activator.CreateInstance(member.PropertyType);
            member.ShouldSerialize = (_, value) => !Equals(value, none);
        }
    }
}
