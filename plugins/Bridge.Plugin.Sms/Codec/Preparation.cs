using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Codec;

/// <summary>What is done to a text before it is cut: nothing that changes what it says. Pure.</summary>
internal static class Preparation
{
    // The runtime works without ICU here (InvariantGlobalization) and then composes nothing itself. These are the letters that the alphabets of 23.038 have.
    private const string Composed =
        "A\u0300ÀA\u0301ÁA\u0302ÂA\u0303ÃA\u0308ÄA\u030aÅE\u0301ÉE\u0302ÊI\u0301ÍI\u0307İO\u0301ÓO\u0302ÔO\u0303ÕO\u0308ÖU\u0301ÚU\u0308ÜN\u0303ÑC\u0327ÇG\u0306ĞS\u0327Ş"
        + "a\u0300àa\u0301áa\u0302âa\u0303ãa\u0308äa\u030aåe\u0300èe\u0301ée\u0302êi\u0300ìi\u0301ío\u0300òo\u0301óo\u0302ôo\u0303õo\u0308öu\u0300ùu\u0301úu\u0308ün\u0303ñc\u0327çg\u0306ğs\u0327ş";

    // What looks the same or nearly so, and says the same. Letters are not among them: without its accent a word may be another.
    private static readonly Dictionary<char, string> s_plain = Pairs(
        ("'", "‘’‚‛′ʼ`´"), ("\"", "“”„‟″«»"), ("<", "‹"), (">", "›"), ("-", "‐‑‒–—―−"), ("...", "…"), (" ", "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"),
        ("", "\u00ad\u200b\u2060\ufeff"), ("*", "•·"), ("/", "⁄∕"), ("x", "×"), ("|", "¦"), ("^", "ˆ"), ("~", "˜"), ("\n", "\u2028\u2029"));

    private static readonly Dictionary<(char, char), char> s_composed = Enumerable.Range(0, Composed.Length / 3)
        .ToDictionary(i => (Composed[i * 3], Composed[(i * 3) + 1]), i => Composed[(i * 3) + 2]);

    /// <summary>
    /// One line end, composed letters, and plain signs where <paramref name="transliterates"/> and that makes the whole text one of the default
    /// alphabet, or of those of <paramref name="languages"/>.
    /// </summary>
    public static string Of(string text, bool transliterates, EquatableArray<NationalLanguage> languages = default)
    {
        var prepared = Compose(text.Replace("\r\n", "\n", StringComparison.Ordinal));
        return transliterates && !IsPlain(prepared, languages) && Plain(prepared) is var plain && IsPlain(plain, languages) ? plain : prepared;
    }

    private static bool IsPlain(string text, EquatableArray<NationalLanguage> languages) =>
        Gsm7Alphabet.Default.Has(text) || Gsm7Alphabet.ShiftsOf(languages).Any(shift => Gsm7Alphabet.Of(shift.Locking, shift.Single).Has(text));

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (s_plain.TryGetValue(character, out var instead) && Gsm7Alphabet.Default.CostOf(character) == 0)
            {
                plain.Append(instead);
            }
            else
            {
                plain.Append(character);
            }
        }

        return plain.ToString();
    }

    private static string Compose(string text)
    {
        var composed = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (composed.Length > 0 && s_composed.TryGetValue((composed[^1], character), out var one))
            {
                composed[^1] = one;
            }
            else
            {
                composed.Append(character);
            }
        }

        return composed.ToString();
    }

    private static Dictionary<char, string> Pairs(params (string Instead, string Of)[] pairs)
    {
        var map = new Dictionary<char, string>();
        foreach (var (instead, of) in pairs)
        {
            foreach (var character in of)
            {
                map[character] = instead;
            }
        }

        return map;
    }
}
