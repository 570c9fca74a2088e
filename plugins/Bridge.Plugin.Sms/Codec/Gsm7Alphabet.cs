using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Codec;

/// <summary>One pair of a main table and an extension table, both ways. Immutable; one septet is one octet here.</summary>
internal sealed class Gsm7Alphabet
{
    private static readonly Gsm7Alphabet[] s_all =
        [.. from locking in Enumerable.Range(0, 4) from single in Enumerable.Range(0, 4) select new Gsm7Alphabet((NationalLanguage)locking, (NationalLanguage)single)];

    private readonly string _main;
    private readonly Dictionary<char, byte> _septets = [];
    private readonly Dictionary<char, byte> _escaped = [];
    private readonly char?[] _extension = new char?[128];

    private Gsm7Alphabet(NationalLanguage locking, NationalLanguage single)
    {
        _main = Gsm7Tables.Locking(locking);
        for (byte septet = 0; septet < _main.Length; septet++)
        {
            if (_main[septet] != Gsm7Tables.Escape)
            {
                _septets[_main[septet]] = septet;
            }
        }

        var pairs = Gsm7Tables.Single(single);
        for (var i = 0; i < pairs.Length; i += 2)
        {
            _escaped[pairs[i + 1]] = (byte)pairs[i];
            _extension[pairs[i]] = pairs[i + 1];
        }
    }

    /// <summary>The default alphabet with its extension.</summary>
    public static Gsm7Alphabet Default => Of(NationalLanguage.None, NationalLanguage.None);

    /// <summary>The alphabet that a header with these shifts names.</summary>
    public static Gsm7Alphabet Of(NationalLanguage locking, NationalLanguage single) => s_all[((int)locking * 4) + (int)single];

    /// <summary>What a header may name for these languages; what costs the least of one first. Spanish has no main table of its own.</summary>
    public static IEnumerable<(NationalLanguage Locking, NationalLanguage Single)> ShiftsOf(EquatableArray<NationalLanguage> languages) =>
        from language in languages
        from shift in (IEnumerable<(NationalLanguage, NationalLanguage)>)(language == NationalLanguage.Spanish
            ? [(NationalLanguage.None, language)]
            : [(NationalLanguage.None, language), (language, NationalLanguage.None), (language, language)])
        select shift;

    /// <summary>How many septets a character takes: 1, 2 behind an escape, or 0 when this alphabet does not have it.</summary>
    public int CostOf(char character) => _septets.ContainsKey(character) ? 1 : _escaped.ContainsKey(character) ? 2 : 0;

    public bool Has(string text) => text.All(character => CostOf(character) > 0);

    /// <summary>The septets, or null when the alphabet lacks one of the characters.</summary>
    public byte[]? TryEncode(ReadOnlySpan<char> text)
    {
        var septets = new List<byte>(text.Length + 8);
        foreach (var character in text)
        {
            if (_septets.TryGetValue(character, out var septet))
            {
                septets.Add(septet);
            }
            else if (_escaped.TryGetValue(character, out septet))
            {
                septets.Add((byte)Gsm7Tables.Escape);
                septets.Add(septet);
            }
            else
            {
                return null;
            }
        }

        return [.. septets];
    }

    /// <summary>
    /// Never fails: what stands behind an escape and is not in the extension table is read from the main one, and an escape that leads nowhere is a space (6.2.1.1).
    /// </summary>
    public string Decode(ReadOnlySpan<byte> septets)
    {
        var text = new StringBuilder(septets.Length);
        for (var i = 0; i < septets.Length; i++)
        {
            var septet = septets[i] & 0x7f;
            if (septet != Gsm7Tables.Escape)
            {
                text.Append(_main[septet]);
            }
            else if (i + 1 < septets.Length && (septets[i + 1] & 0x7f) is var next and not Gsm7Tables.Escape)
            {
                text.Append(_extension[next] ?? _main[next]);
                i++;
            }
            else
            {
                text.Append(' ');
                i++; // an escape behind an escape belongs to it
            }
        }

        return text.ToString();
    }
}
