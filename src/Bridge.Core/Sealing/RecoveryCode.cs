using System.Security.Cryptography;

namespace Bridge.Core.Sealing;

/// <summary>
/// A key to write on paper: 160 random bits in eight groups of five characters. The fifth character of a group checks the other four and the group's
/// place, so that a slip of the pen is named rather than taken for a wrong code.
/// </summary>
public static class RecoveryCode
{
    public const int KeyLength = Groups * DataPerGroup * BitsPerCharacter / 8;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's: no I, L, O and U
    private const int Groups = 8;
    private const int DataPerGroup = 4;
    private const int GroupLength = DataPerGroup + 1;
    private const int BitsPerCharacter = 5;

    /// <summary>A new code; what it opens a slot with is <see cref="Read"/> of it.</summary>
    public static string New()
    {
        var values = RandomNumberGenerator.GetBytes(Groups * DataPerGroup).Select(random => random % Alphabet.Length).ToArray();
        return string.Join('-', values.Chunk(DataPerGroup).Select((group, place) =>
            string.Concat(group.Append(Check(group, place)).Select(value => Alphabet[value]))));
    }

    /// <summary>True when somebody who types a code would type this, right or wrong; a passphrase seldom is of that form.</summary>
    public static bool IsLike(string text)
    {
        var characters = Characters(text);
        var separators = text.Trim().Length - characters.Length;
        return characters.All(char.IsAsciiLetterOrDigit)
            && (separators == 0
                ? characters.Length == Groups * GroupLength
                : characters.Length is >= (Groups - 1) * GroupLength and <= (Groups + 1) * GroupLength && separators is >= Groups - 2 and <= Groups + 1);
    }

    /// <summary>The key. Throws <see cref="KeyException"/> that says which group is mistyped, without repeating it.</summary>
    public static byte[] Read(string text)
    {
        var characters = Characters(text);
        if (characters.Length != Groups * GroupLength)
        {
            throw new KeyException($"a recovery code has {Groups} groups of {GroupLength} characters; this one has {characters.Length} characters instead of {Groups * GroupLength}");
        }

        var groups = characters.Chunk(GroupLength).Select(group => group.Select(ValueOf).ToArray()).ToList();
        var wrong = groups.Index().Where(group => group.Item.Contains(-1) || Check(group.Item[..DataPerGroup], group.Index) != group.Item[DataPerGroup])
            .Select(group => $"{group.Index + 1}").ToList();
        return wrong.Count == 0
            ? Packed(groups.SelectMany(group => group.Take(DataPerGroup)))
            : throw new KeyException($"the recovery code is mistyped in group {string.Join(" and group ", wrong)}; compare it with the paper");
    }

    // A polynomial over the field of 32 elements: any one wrong character, any two neighbours swapped and any group at another's place are found.
    private static int Check(int[] group, int place) => group.Aggregate(place + 1, (check, value) => Doubled(check ^ value));

    private static int Doubled(int value) => (value << 1) ^ (value >= 16 ? 0b100101 : 0);

    private static int ValueOf(char character) => char.ToUpperInvariant(character) switch
    {
        'O' => 0,
        'I' or 'L' => 1,
        var other => Alphabet.IndexOf(other, StringComparison.Ordinal),
    };

    private static char[] Characters(string text) => [.. text.Where(character => character != '-' && !char.IsWhiteSpace(character))];

    private static byte[] Packed(IEnumerable<int> values)
    {
        var key = new byte[KeyLength];
        var bit = 0;
        foreach (var value in values)
        {
            for (var mask = 1 << (BitsPerCharacter - 1); mask > 0; mask >>= 1, bit++)
            {
                key[bit / 8] |= (byte)((value & mask) == 0 ? 0 : 0x80 >> (bit % 8));
            }
        }

        return key;
    }
}
