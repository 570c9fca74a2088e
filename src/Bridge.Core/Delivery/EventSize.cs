using Bridge.Abstractions;

namespace Bridge.Core.Delivery;

/// <summary>What an event costs to keep in memory, roughly: how much it says, strangers decide.</summary>
internal static class EventSize
{
    private const int Node = 64;

    public static int Of(BridgeEvent what) => what switch
    {
        DataReported data => data.Payload.Bytes.Length,
        MessagePosted posted => posted.Parts.Sum(Of),
        MessageEdited edited => Of(edited.Text) + edited.Format.Sum(Of),
        ReactionChanged reaction => Of(reaction.Reaction),
        ConversationChanged { Name: { } name } => Of(name),
        _ => 0,
    };

    private static int Of(MessagePart part) => Node + part switch
    {
        TextPart text => Of(text.Text) + text.Format.Sum(Of),
        AttachmentPart file => Of(file.Name) + Of(file.Caption ?? default),
        ContactPart contact => Of(contact.Name) + Of(contact.Number),
        _ => 0,
    };

    private static int Of(TextNode node) => Node + node switch
    {
        PlainNode plain => Of(plain.Text),
        CodeNode code => Of(code.Text) + (sizeof(char) * (code.Language?.Length ?? 0)),
        MentionNode mention => Of(mention.Who) + Of(mention.Shown),
        StyledNode styled => styled.Children.Sum(Of),
        LinkNode link => Of(link.Target) + link.Children.Sum(Of),
        QuoteNode quote => quote.Children.Sum(Of),
        ListNode list => list.Items.Sum(item => Node + item.Children.Sum(Of)),
        _ => 0,
    };

    private static int Of(MessageText words) => sizeof(char) * (words.Value?.Length ?? 0);
}
