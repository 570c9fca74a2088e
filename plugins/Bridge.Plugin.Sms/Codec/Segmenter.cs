using System.Globalization;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Codec;

/// <summary>
/// Chooses the coding that needs the fewest parts, and cuts: never within a surrogate pair or behind an escape, and within what people see as one character
/// only when that alone is longer than a part, or too many parts would come of it. Pure.
/// </summary>
internal static class Segmenter
{
    private const int ShortReferenceOctets = 5;
    private const int WideReferenceOctets = 6;
    private const int ShiftOctets = 3;

    /// <summary>Null when the text needs more than <see cref="SegmentRules.Most"/> parts.</summary>
    public static Segmented? Split(string text, SegmentRules rules)
    {
        Segmented? best = null;
        foreach (var (coding, locking, single) in Candidates(rules))
        {
            var alphabet = coding == TextCoding.Gsm7 ? Gsm7Alphabet.Of(locking, single) : null;
            if (alphabet is not null && (!alphabet.Has(text) || (rules.IsLatin1 && text.Any(character => character > '\u00ff'))))
            {
                continue;
            }

            var segments = Cut(text, coding, alphabet, ShiftsOf(locking, single), rules);
            if (best is null || segments.Count < best.Segments.Count)
            {
                best = new Segmented(coding, locking, single, EquatableArray.From(segments));
            }

            if (alphabet == Gsm7Alphabet.Default)
            {
                break; // what every phone reads, and what costs no more than the rest but in rare cases
            }
        }

        return best is null || best.Segments.Count > rules.Most ? null : best;
    }

    /// <summary>Of equally short ones the first is taken: the more phones can read it, the earlier it stands.</summary>
    private static IEnumerable<(TextCoding Coding, NationalLanguage Locking, NationalLanguage Single)> Candidates(SegmentRules rules) =>
    [
        (TextCoding.Gsm7, NationalLanguage.None, NationalLanguage.None),
        (TextCoding.Utf16, NationalLanguage.None, NationalLanguage.None),
        .. from shift in Gsm7Alphabet.ShiftsOf(rules.Languages) select (TextCoding.Gsm7, shift.Locking, shift.Single),
    ];

    private static int ShiftsOf(NationalLanguage locking, NationalLanguage single) =>
        ((locking == NationalLanguage.None ? 0 : 1) + (single == NationalLanguage.None ? 0 : 1)) * ShiftOctets;

    private static List<Segment> Cut(string text, TextCoding coding, Gsm7Alphabet? alphabet, int shifts, SegmentRules rules)
    {
        var units = UnitsOf(text, alphabet);
        if (units <= Capacity.Of(coding, shifts == 0 ? 0 : 1 + shifts))
        {
            return [new Segment(new MessageText(text), units)];
        }

        var room = Capacity.Of(coding, 1 + shifts + (rules.IsWide ? WideReferenceOctets : ShortReferenceOctets));
        var whole = Fill(text, room, alphabet, Graphemes(text, room, alphabet));
        return whole.Count <= rules.Most ? whole : Fill(text, room, alphabet, Runes(text, 0, text.Length));
    }

    private static List<Segment> Fill(string text, int room, Gsm7Alphabet? alphabet, IEnumerable<int> lengths)
    {
        var segments = new List<Segment>();
        var (begin, at, used) = (0, 0, 0);
        foreach (var length in lengths)
        {
            var units = UnitsOf(text.AsSpan(at, length), alphabet);
            if (used + units > room)
            {
                segments.Add(new Segment(new MessageText(text[begin..at]), used));
                (begin, used) = (at, 0);
            }

            used += units;
            at += length;
        }

        segments.Add(new Segment(new MessageText(text[begin..]), used));
        return segments;
    }

    /// <summary>What people see as one character; where one is longer than a part, its pieces.</summary>
    private static IEnumerable<int> Graphemes(string text, int room, Gsm7Alphabet? alphabet)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(at));
            foreach (var piece in UnitsOf(text.AsSpan(at, length), alphabet) <= room ? [length] : Runes(text, at, at + length))
            {
                yield return piece;
            }

            at += length;
        }
    }

    private static IEnumerable<int> Runes(string text, int from, int to)
    {
        for (var at = from; at < to;)
        {
            var length = at + 1 < to && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
            yield return length;
            at += length;
        }
    }

    private static int UnitsOf(ReadOnlySpan<char> text, Gsm7Alphabet? alphabet)
    {
        if (alphabet is null)
        {
            return text.Length;
        }

        var units = 0;
        foreach (var character in text)
        {
            units += alphabet.CostOf(character);
        }

        return units;
    }
}
