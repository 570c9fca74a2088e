using System.Globalization;

namespace Bridge.Core.Expressions;

/// <summary>Numbers as text, and text as numbers.</summary>
internal static class NumberText
{
    // Whole numbers up to here are exact in a double.
    private const double Exact = 9_007_199_254_740_992;

    public static string Of(double number) =>
        number == Math.Floor(number) && Math.Abs(number) <= Exact ? ((long)number).ToString() : number.ToString("R");

    /// <summary>A decimal number as JSON writes it; a leading plus and surrounding blanks are forgiven.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent
                | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture,
            out number) && double.IsFinite(number);
}
