using System.Globalization;
using Bridge.Abstractions;
using Bridge.Core.Routing;

namespace Bridge.Core.Messages;

/// <summary>What an event says, so that two of them can be compared: what was sent, and what a network says again. Space is not compared.</summary>
internal static class SentWords
{
    /// <summary>A fingerprint; null for what has no words.</summary>
    public static string? Of(BridgeEvent said)
    {
        var words = said switch
        {
            MessagePosted posted => string.Join(' ', posted.Parts.Select(WordsOf)),
            MessageEdited edited => edited.Text.Value,
            MessageDeleted deleted => deleted.Target.Value,
            ReactionChanged reaction => $"{reaction.Reaction.Value} {reaction.Target.Value} {reaction.Removed}",
            ConversationChanged changed => changed.Name?.Value ?? "",
            _ => "",
        };
        var bare = string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return bare.Length == 0 ? null : Fingerprint.Of($"{said.GetType().Name} {bare}");
    }

    private static string WordsOf(MessagePart part) => part switch
    {
        TextPart text => text.Text.Value,
        AttachmentPart file => string.Create(CultureInfo.InvariantCulture, $"{file.Name.Value} {file.Size} {file.Caption?.Value}"),
        LocationPart place => string.Create(CultureInfo.InvariantCulture, $"{place.Latitude:0.######} {place.Longitude:0.######}"),
        ContactPart contact => $"{contact.Name.Value} {contact.Number.Value}",
        _ => "",
    };
}
