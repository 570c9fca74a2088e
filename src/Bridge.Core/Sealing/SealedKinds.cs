using System.Text.Json.Serialization.Metadata;
using Bridge.Abstractions;

namespace Bridge.Core.Sealing;

/// <summary>
/// The stored names of the kinds of event and part. The contract assembly knows no serializer, so they are registered here; a test holds that
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
    ];

    private static readonly JsonDerivedType[] s_parts =
    [
        new(typeof(TextPart), "text"),
        new(typeof(AttachmentPart), "attachment"),
        new(typeof(LocationPart), "location"),
        new(typeof(ContactPart), "contact"),
    ];

    public static void Register(JsonTypeInfo info)
    {
        var kinds = info.Type == typeof(BridgeEvent) ? s_events : info.Type == typeof(MessagePart) ? s_parts : null;
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
}
