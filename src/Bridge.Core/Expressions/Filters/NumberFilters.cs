using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions.Filters;

internal static class NumberFilters
{
    private const int MostDigits = 15;

    /// <summary>Of a numeric string; seconds of a duration, Unix seconds of a time; a number stays as it is.</summary>
    public static Value Number(in FilterCall call, ref Frame frame)
    {
        switch (call.Input.Kind)
        {
            case ValueKind.Number:
                return call.Input;
            case ValueKind.String when NumberText.TryParse(call.Input.Text, out var number):
                return Value.Of(number);
            case ValueKind.Duration:
                return Value.Of(call.Input.Duration.TotalSeconds);
            case ValueKind.Time:
                return Value.Of(call.Input.Time.ToUnixTimeMilliseconds() / 1000.0);
            default:
                return frame.Note(call.Node, "not a number");
        }
    }

    public static Value Round(in FilterCall call, ref Frame frame)
    {
        if (call.Input.Kind != ValueKind.Number)
        {
            return frame.Note(call.Node, $"{call.Input.Kind.WithArticle()} cannot be rounded (`| number` makes a number of a string)");
        }

        var digits = call.Count > 0 ? call.First.Number : 0;
        return IsDigits(digits)
            ? Value.Of(DecimalMath.Round(call.Input.Number, (int)digits))
            : frame.Note(call.Node, $"round takes 0 to {MostDigits} digits");
    }

    /// <summary>Digits that are written out are checked when the expression is parsed.</summary>
    public static ArgumentProblem? CheckDigits(Node[] arguments) =>
        arguments is [Literal { Value: var value } literal] && !(value.Kind == ValueKind.Number && IsDigits(value.Number))
            ? new ArgumentProblem(literal.Span, "not a number of digits", $"write a whole number from 0 to {MostDigits}: x | round(1)")
            : null;

    private static bool IsDigits(double digits) => digits is >= 0 and <= MostDigits && digits == Math.Floor(digits);

    /// <summary>The first word for one, the second for any other number.</summary>
    public static Value Plural(in FilterCall call, ref Frame frame) =>
        call.Input.Kind != ValueKind.Number ? frame.Note(call.Node, $"{call.Input.Kind.WithArticle()} where a number is needed")
        : call.Input.Number == 1 ? call.First
        : call.Second;
}
