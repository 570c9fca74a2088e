using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>Prepares and cuts texts as the options say. Pure.</summary>
internal sealed class TextCutter(WayOptions options)
{
    private readonly SegmentRules _rules = new()
    {
        Most = options.Endpoint.MaxSegments, IsWide = options.Endpoint.WideReferences, IsLatin1 = options.Driver.Alphabet == SmppAlphabet.Latin1,
        Languages = LanguagesOf(options),
    };

    /// <summary>In UTF-16 code units: what surely fits. A part in UTF-16 holds 67 or, with a wide reference, 66, and loses one before a surrogate pair.</summary>
    public static int LongestOf(SmsOptions options) =>
        options.MaxSegments == 1 ? Capacity.Of(TextCoding.Utf16, 0) : options.MaxSegments * (options.WideReferences ? 65 : 66);

    /// <summary>Null when it is too long.</summary>
    public Segmented? Cut(string text)
    {
        var asItIs = Segmenter.Split(Preparation.Of(text, transliterates: false), _rules);
        var plain = options.Endpoint.Transliterate ? Segmenter.Split(Preparation.Of(text, transliterates: true, _rules.Languages), _rules) : null;
        return plain is not null && (asItIs is null || plain.Segments.Count < asItIs.Segments.Count) ? plain : asItIs;
    }

    /// <summary>
    /// The national alphabets that are allowed and carried: Kannel makes septets itself, by the default alphabet alone, and question marks of all
    /// else; phones and Twilio choose themselves.
    /// </summary>
    public static EquatableArray<NationalLanguage> LanguagesOf(WayOptions options) =>
        options.Driver is { Kind: DriverKind.AtModem or DriverKind.Smpp, Alphabet: not SmppAlphabet.Latin1 }
        ? EquatableArray.From(options.Endpoint.Alphabets.Select(alphabet => (NationalLanguage)alphabet).Distinct())
        : [];
}
