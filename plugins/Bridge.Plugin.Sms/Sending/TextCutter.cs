using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>Prepares and cuts texts as the options say. Pure.</summary>
internal sealed class TextCutter(WayOptions options)
{
    // Kannel writes septets itself, and knows the default alphabet alone; so do most SMS centres.
    private readonly SegmentRules _rules = new()
    {
        Most = options.Endpoint.MaxSegments, IsWide = options.Endpoint.WideReferences, IsLatin1 = options.Driver.Alphabet == SmppAlphabet.Latin1,
    };

    /// <summary>In UTF-16 code units: what surely fits. A part in UTF-16 holds 67 or, with a wide reference, 66, and loses one before a surrogate pair.</summary>
    public static int LongestOf(SmsOptions options) =>
        options.MaxSegments == 1 ? Capacity.Of(TextCoding.Utf16, 0) : options.MaxSegments * (options.WideReferences ? 65 : 66);

    /// <summary>Null when it is too long.</summary>
    public Segmented? Cut(string text)
    {
        var asItIs = Segmenter.Split(Preparation.Of(text, transliterates: false), _rules);
        var plain = options.Endpoint.Transliterate ? Segmenter.Split(Preparation.Of(text, transliterates: true), _rules) : null;
        return plain is not null && (asItIs is null || plain.Segments.Count < asItIs.Segments.Count) ? plain : asItIs;
    }
}
