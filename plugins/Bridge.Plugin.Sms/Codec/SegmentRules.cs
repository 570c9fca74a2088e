using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Codec;

/// <summary>How texts become short messages.</summary>
internal sealed record SegmentRules
{
    /// <summary>More parts than this are not sent; 1 to 255.</summary>
    public int Most { get; init; } = 10;

    /// <summary>References of 16 bits: one unit less in each part, and no confusion between 256 messages.</summary>
    public bool IsWide { get; init; }

    /// <summary>The way to the phone takes Latin-1 and makes septets of it: what Latin-1 does not have must go as UTF-16.</summary>
    public bool IsLatin1 { get; init; }

    /// <summary>The national alphabets that the way to the phone carries; none where a gateway makes septets itself.</summary>
    public EquatableArray<NationalLanguage> Languages { get; init; }
}

/// <summary>A text, cut into what one short message carries each.</summary>
/// <param name="Coding">Of all of them.</param>
/// <param name="Locking">The main table of <see cref="TextCoding.Gsm7"/>.</param>
/// <param name="Single">The extension table of <see cref="TextCoding.Gsm7"/>.</param>
/// <param name="Segments">In order; one at least.</param>
internal sealed record Segmented(TextCoding Coding, NationalLanguage Locking, NationalLanguage Single, EquatableArray<Segment> Segments)
{
    /// <summary>What stands before part <paramref name="index"/>, counted from 0.</summary>
    public UserDataHeader HeaderOf(int index, int reference, bool isWide) => new()
    {
        Concatenation = Segments.Count == 1 ? null : new Concatenation(isWide ? reference & 0xffff : reference & 0xff, Segments.Count, index + 1, isWide),
        Locking = Locking,
        Single = Single,
    };

    /// <summary>The same text in one piece, for who cuts it himself.</summary>
    public Segmented Whole() => this with
    {
        Segments = EquatableArray.From(
        [
            new Segment(new MessageText(string.Concat(Segments.Select(segment => segment.Text.Value))), Segments.Sum(segment => segment.Units)),
        ]),
    };
}

/// <summary>The text of one part.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Units">Septets or UTF-16 code units.</param>
internal readonly record struct Segment(MessageText Text, int Units);
