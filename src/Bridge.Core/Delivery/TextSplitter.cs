using System.Globalization;

namespace Bridge.Core.Delivery;

/// <summary>Splits a text into pieces that an address can carry. Joined again, the pieces are the text.</summary>
public static class TextSplitter
{
    /// <summary>
    /// Breaks after white space where there is some, otherwise between graphemes, and only where a single grapheme is too long between code points.
    /// A limit below 2 counts as 2, so that no surrogate pair is torn.
    /// </summary>
    public static IReadOnlyList<string> Split(string text, int limit)
    {
        limit = Math.Max(2, limit);
        if (text.Length <= limit)
        {
            return [text];
        }

        var pieces = new List<string>((text.Length / limit) + 1);
        var start = 0;
        while (text.Length - start > limit)
        {
            var length = PieceLength(text.AsSpan(start), limit);
            pieces.Add(text.Substring(start, length));
            start += length;
        }

        pieces.Add(text[start..]);
        return pieces;
    }

    private static int PieceLength(ReadOnlySpan<char> text, int limit)
    {
        for (var end = limit; end > limit / 4; end--)
        {
            // A combining mark after the space would be torn from it.
            if (char.IsWhiteSpace(text[end - 1]) && !IsMark(text[end]))
            {
                return end;
            }
        }

        var length = 0;
        while (true)
        {
            var grapheme = StringInfo.GetNextTextElementLength(text[length..Math.Min(text.Length, length + limit + 1)]);
            if (length + grapheme > limit)
            {
                return length > 0 ? length : CodePoints(text, limit);
            }

            length += grapheme;
        }
    }

    private static bool IsMark(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;

    private static int CodePoints(ReadOnlySpan<char> text, int limit) => char.IsHighSurrogate(text[limit - 1]) ? limit - 1 : limit;
}
