using System.Text;
using Bridge.Plugin.Sms.Codec;

namespace Bridge.Plugins.Tests.Sms.Codec;

/// <summary>Texts that are hard to cut: escapes, pairs, joined emoji, half pairs and long ones, in any mixture.</summary>
internal static class RandomTexts
{
    private static readonly string[] s_pieces =
    [
        "A", "b", " ", "€", "{", "}", "\\", "^", "\n", "\f", "é", "à", "Ω", "ç", "ğ", "İ", "ã", "ê", "я", "Ж", "中", "😀", "👨‍👩‍👧‍👦", "🇩🇪", "e\u0301", "“", "…", "\u00a0", "@", "\r\n", "한",
    ];

    public static string Any(Random random)
    {
        var text = new StringBuilder();
        for (var n = random.Next(0, 400); n > 0; n--)
        {
            text.Append(random.Next(30) == 0 ? ((char)random.Next(0x10000)).ToString() : s_pieces[random.Next(s_pieces.Length)]);
        }

        return text.ToString();
    }

    /// <summary>All characters of one alphabet.</summary>
    public static string Of(NationalLanguage locking, NationalLanguage single, Random random)
    {
        var pool = (Gsm7Tables.Locking(locking) + string.Concat(Gsm7Tables.Single(single).Where((_, i) => i % 2 == 1))).Replace("\u001b", "", StringComparison.Ordinal);
        return string.Concat(Enumerable.Range(0, random.Next(0, 400)).Select(_ => pool[random.Next(pool.Length)]));
    }
}
