using System.Globalization;
using System.Text.Json;

namespace Bridge.Core.Expressions;

/// <summary>Numbers as text, and text as numbers.</summary>
internal static class NumberText
{
    /// <summary>Whole numbers up to here are exact in a double.</summary>
    public const double Exact = 9_007_199_254_740_992;

    public static string Of(double number) =>
        number == Math.Floor(number) && Math.Abs(number) <= Exact ? ((long)number).ToString() : number.ToString("R");

    /// <summary>A long id keeps all its digits, so that it compares with the same id from JSON.</summary>
    public static Value Exactly(ReadOnlySpan<char> text, double number) =>
        number >= Exact && !text.ContainsAnyExceptInRange('0', '9')
            ? Value.FromJson(JsonElement.Parse(text.TrimStart('0')))
            : Value.Of(number);

    /// <summary>A decimal number as JSON writes it; a leading plus and surrounding blanks are forgiven.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent
                | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture,
            out number) && double.IsFinite(number);
}
