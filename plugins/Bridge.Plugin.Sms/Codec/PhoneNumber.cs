namespace Bridge.Plugin.Sms.Codec;

/// <summary>What stands in the place of a number: a closed choice.</summary>
internal enum NumberKind
{
    /// <summary>None of the others.</summary>
    Unusable,

    /// <summary>E.164, with its plus.</summary>
    International,

    /// <summary>3 to 6 digits, known to one operator or country only.</summary>
    ShortCode,

    /// <summary>A sender's name, to which nobody can answer (3GPP 23.040 section 9.1.2.5).</summary>
    Name,
}

/// <summary>
/// Makes one spelling of every number, so that a person is one conversation however his number is written (ITU-T E.164). Pure. It knows no lengths of single
/// countries: what a network does not connect, it says itself.
/// </summary>
internal static class PhoneNumber
{
    private const int Shortest = 7;
    private const int Longest = 15;
    private const int LongestShortCode = 6;
    private const int LongestName = 11;
    private const int LongestNational = 10;

    /// <summary>What an already canonical spelling is.</summary>
    public static NumberKind KindOf(string text) => text switch
    {
        ['+', >= '1' and <= '9', ..] when text.Length - 1 is >= Shortest and <= Longest && IsDigits(text.AsSpan(1)) => NumberKind.International,
        { Length: >= 3 and <= LongestShortCode } when IsDigits(text) => NumberKind.ShortCode,
        { Length: >= 1 and <= LongestName } when text.Any(char.IsAsciiLetter) && text.All(character => Gsm7Alphabet.Default.CostOf(character) > 0) => NumberKind.Name,
        _ => NumberKind.Unusable,
    };

    /// <summary>The one spelling, or null when it can be none of <see cref="NumberKind"/>.</summary>
    /// <param name="text">As a person or a network writes it.</param>
    /// <param name="country">The calling code of the country in which it was written so; null when only the plus tells.</param>
    public static string? Canonical(string text, string? country)
    {
        var trimmed = text.Trim();
        if (trimmed.Any(char.IsAsciiLetter))
        {
            return KindOf(trimmed) == NumberKind.Name ? trimmed : null;
        }

        if (!trimmed.All(character => char.IsAsciiDigit(character) || character is '+' or ' ' or '-' or '.' or '/' or '(' or ')' or '\u00a0'))
        {
            return null;
        }

        var hasPlus = trimmed.StartsWith('+');
        var digits = string.Concat((hasPlus ? trimmed.Replace("(0)", "", StringComparison.Ordinal) : trimmed).Where(char.IsAsciiDigit));
        var number = hasPlus ? "+" + digits : digits.Length <= LongestShortCode ? digits : FromNational(digits, country);
        return number is not null && KindOf(number) is NumberKind.International or NumberKind.ShortCode ? number : null;
    }

    private static string? FromNational(string digits, string? country)
    {
        if (country is null || DialPlan.Of(country) is not { } plan)
        {
            return digits.StartsWith("00", StringComparison.Ordinal) ? "+" + digits[2..] : null;
        }

        if (digits.StartsWith(plan.Abroad, StringComparison.Ordinal) || digits.StartsWith("00", StringComparison.Ordinal))
        {
            return "+" + digits[(digits.StartsWith(plan.Abroad, StringComparison.Ordinal) ? plan.Abroad.Length : 2)..];
        }

        // Many networks leave out the plus of an international number; a national one without its trunk prefix is not as long.
        if (digits.StartsWith(country, StringComparison.Ordinal) && digits.Length > LongestNational)
        {
            return "+" + digits;
        }

        return plan.Trunk.Length > 0 && digits.StartsWith(plan.Trunk, StringComparison.Ordinal) ? $"+{country}{digits[plan.Trunk.Length..]}" : $"+{country}{digits}";
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;
}
