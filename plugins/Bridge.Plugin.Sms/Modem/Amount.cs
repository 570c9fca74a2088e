using System.Globalization;
using System.Text.RegularExpressions;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>Finds an amount in what an operator says. Pure.</summary>
internal sealed class Amount(string? pattern)
{
    private const string FirstNumber = "-?[0-9]+(?:[.,][0-9]+)*";

    // A pattern is of the configuration, the text is not: no text may take long.
    private readonly Regex _pattern = new(pattern ?? FirstNumber, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);

    /// <summary>Null when there is none.</summary>
    public decimal? Find(string text) =>
        _pattern.Match(text) is { Success: true } match ? Read(match.Groups.Count > 1 ? match.Groups[1].Value : match.Value) : null;

    /// <summary>1,234.50 and 1.234,50 are the same: what stands last is the decimal mark, unless it parts thousands.</summary>
    private static decimal? Read(string written)
    {
        var number = written.Trim();
        var mark = number.LastIndexOfAny(['.', ',']);
        var isAlone = number.IndexOfAny(['.', ',']) == mark;
        var partsThousands = mark >= 0 && (number.Count(sign => sign == number[mark]) > 1 || (isAlone && number.Length - mark - 1 == 3));
        var whole = mark >= 0 && !partsThousands ? number[..mark] : number;
        var plain = string.Concat(whole.Where(sign => sign is not ('.' or ','))) + (whole.Length < number.Length ? $".{number[(mark + 1)..]}" : "");
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return decimal.TryParse(plain, style, CultureInfo.InvariantCulture, out var amount) ? amount : null;
    }
}
