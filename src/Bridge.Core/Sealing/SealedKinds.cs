using System.Text.Json.Serialization.Metadata;
using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Core.Sync;

namespace Bridge.Core.Sealing;

/// <summary>
/// The stored names of the kinds of event, part, text node and memory: <c>kind</c>, the first member of each. The contract assembly knows no serializer, so they
/// are registered here; a test holds that none is missing. Never rename one.
/// </summary>
internal static class SealedKinds
{
    public const string Member = "kind";

    public static readonly KindConverter<BridgeEvent> Events = new(
    [
        (typeof(MessagePosted), "posted"),
        (typeof(MessageEdited), "edited"),
        (typeof(MessageDeleted), "deleted"),
        (typeof(ReactionChanged), "reaction"),
        (typeof(ReceiptReported), "receipt"),
        (typeof(TypingChanged), "typing"),
        (typeof(ConversationChanged), "conversation"),
        (typeof(DataReported), "data"),
        (typeof(DeliveryReported), "delivery"),
        (typeof(OutcomeTold), "outcome"),
        (typeof(ConversationRequested), "request"),
        (typeof(ConversationAnswered), "answer"),
    ]);

    public static readonly KindConverter<MessagePart> Parts = new(
    [
        (typeof(TextPart), "text"),
        (typeof(AttachmentPart), "attachment"),
        (typeof(LocationPart), "location"),
        (typeof(ContactPart), "contact"),
    ]);

    public static readonly KindConverter<TextNode> Nodes = new(
    [
        (typeof(PlainNode), "plain"),
        (typeof(StyledNode), "styled"),
        (typeof(CodeNode), "code"),
        (typeof(LinkNode), "link"),
        (typeof(QuoteNode), "quote"),
        (typeof(ListNode), "list"),
        (typeof(MentionNode), "mention"),
    ]);

    public static readonly KindConverter<Remembered> Memories = new(
    [
        (typeof(Known), MemoryKinds.Known),
        (typeof(Open), MemoryKinds.Open),
        (typeof(Debounced), MemoryKinds.Debounce),
        (typeof(CoolingDown), MemoryKinds.Cooldown),
        (typeof(Bucket), MemoryKinds.Limit),
        (typeof(Overflowed), MemoryKinds.Overflow),
        (typeof(Repeats), MemoryKinds.Repeats),
        (typeof(Bounces), MemoryKinds.Bounces),
        (typeof(AwaitsTarget), MemoryKinds.Relation),
        (typeof(Portal), MemoryKinds.Portal),
        (typeof(Begun), MemoryKinds.Begun),
        (typeof(AwaitsHistory), MemoryKinds.History),
        (typeof(AwaitsSends), MemoryKinds.Arrival),
        (typeof(Doubted), MemoryKinds.Doubted),
        (typeof(ReadUpTo), MemoryKinds.ReadUpTo),
        (typeof(Revised), MemoryKinds.Revision),
        (typeof(MadeLink), MemoryKinds.Link),
        (typeof(Silenced), MemoryKinds.Silence),
        (typeof(OptedOut), MemoryKinds.OptOut),
        (typeof(Answers), MemoryKinds.Answers),
    ]);

    /// <summary>Called by the serializer for each type that it comes to write or read.</summary>
    public static void Register(JsonTypeInfo info)
    {
        LeaveOutDefaults(info);
        if (info.Kind == JsonTypeInfoKind.Object && NameOf(info.Type) is { } name)
        {
            var kind = info.CreateJsonPropertyInfo(typeof(string), Member);
            (kind.Get, kind.Order) = (_ => name, -1);
            info.Properties.Add(kind);
        }
    }

    private static string? NameOf(Type type) => Events.NameOf(type) ?? Parts.NameOf(type) ?? Nodes.NameOf(type) ?? Memories.NameOf(type);

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
