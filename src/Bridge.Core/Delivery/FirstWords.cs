using System.Globalization;
using Bridge.Abstractions;

namespace Bridge.Core.Delivery;

/// <summary>The first words of an earlier message: enough for people to see which one is meant.</summary>
internal static class FirstWords
{
    private const int MostCharacters = 60;

    /// <summary>Null when it has none.</summary>
    public static MessageText? Of(BridgeEvent said) => said switch
    {
        MessagePosted posted => posted.Parts.Select(Line).FirstOrDefault(line => line is not null) is { } line ? new MessageText(Shortened(line)) : null,
        MessageEdited edited => Line(new TextPart(edited.Text)) is { } line ? new MessageText(Shortened(line)) : null,
        _ => null,
    };

    // Not what that message quotes itself: quotes of quotes grow.
    private static string? Line(MessagePart part) => part switch
    {
        TextPart text => text.Text.Value.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && line[0] != '>'),
        AttachmentPart { Caption: { } caption } => Line(new TextPart(caption)),
        AttachmentPart file => $"({FileLine.Word(file.ShownAs)}: {file.Name.Value})",
        _ => null,
    };

    private static string Shortened(string line)
    {
        if (line.Length <= MostCharacters)
        {
            return line;
        }

        var length = 0;
        for (var next = 0; next <= MostCharacters && next < line.Length; next += StringInfo.GetNextTextElementLength(line.AsSpan(next)))
        {
            length = next;
        }

        return line[..length].TrimEnd() + "…";
    }
}
