namespace Bridge.Core.Expressions.Evaluation;

internal enum Operation
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// <summary><c>+ - * / %</c> over numbers, durations and times; <c>+</c> concatenates if either side is a string.</summary>
internal sealed class ArithmeticNode(SourceSpan span, Operation operation, Node left, Node right) : Node(span, left, right)
{
    protected override Value Compute(ref Frame frame)
    {
        var a = Children[0].Evaluate(ref frame);
        var b = Children[1].Evaluate(ref frame);
        if (operation == Operation.Add && (a.Kind == ValueKind.String || b.Kind == ValueKind.String))
        {
            return Concatenate(ref frame, a, b);
        }

        var result = (a.Kind, b.Kind) switch
        {
            (ValueKind.Number, ValueKind.Number) => Finite(DecimalMath.Compute(operation, a.Number, b.Number)),
            (ValueKind.Duration, ValueKind.Duration) => OfDurations(a.Rank, b.Rank),
            (ValueKind.Duration, ValueKind.Number) when operation is Operation.Multiply or Operation.Divide => Scaled(a, b.Number),
            (ValueKind.Number, ValueKind.Duration) when operation == Operation.Multiply => Scaled(b, a.Number),
            (ValueKind.Time, ValueKind.Time) when operation == Operation.Subtract => Value.Of(a.Time - b.Time),
            (ValueKind.Time, ValueKind.Duration) when operation is Operation.Add or Operation.Subtract => Moved(a, b),
            (ValueKind.Duration, ValueKind.Time) when operation == Operation.Add => Moved(b, a),
            _ => Value.Null,
        };
        return result.IsNull && frame.Tracing ? Impossible(ref frame, a, b) : result;
    }

    private Value Concatenate(ref Frame frame, in Value a, in Value b)
    {
        var buffer = new TextBuffer(stackalloc char[256]);
        a.AppendTo(ref buffer, frame.Zone);
        b.AppendTo(ref buffer, frame.Zone);
        if (buffer.Cut)
        {
            frame.Note(this, $"cut at {Limits.Output} characters");
        }

        var text = frame.SpendText(buffer.Length) ? Value.Of(buffer.ToString()) : Value.Null;
        buffer.Dispose();
        return text;
    }

    private Value OfDurations(long a, long b) => operation switch
    {
        Operation.Add => OfTicks(a + (Int128)b),
        Operation.Subtract => OfTicks(a - (Int128)b),
        Operation.Divide => Finite(a / (double)b),
        Operation.Remainder when b != 0 && b != -1 => OfTicks(a % b),
        _ => Value.Null,
    };

    private Value Scaled(in Value duration, double factor)
    {
        var ticks = operation == Operation.Multiply ? duration.Rank * factor : duration.Rank / factor;
        return Math.Abs(ticks) < long.MaxValue ? OfTicks((Int128)ticks) : Value.Null;
    }

    private Value Moved(in Value time, in Value by)
    {
        var ticks = operation == Operation.Add ? time.Rank + (Int128)by.Rank : time.Rank - (Int128)by.Rank;
        return ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks
            ? Value.Of(new DateTimeOffset((long)ticks, TimeSpan.Zero))
            : Value.Null;
    }

    private static Value OfTicks(Int128 ticks) =>
        ticks > long.MinValue && ticks <= long.MaxValue ? Value.Of(TimeSpan.FromTicks((long)ticks)) : Value.Null;

    private static Value Finite(double number) => double.IsFinite(number) ? Value.Of(number) : Value.Null;

    private Value Impossible(ref Frame frame, in Value a, in Value b) =>
        operation is Operation.Divide or Operation.Remainder && (b == Value.Of(0) || b == Value.Of(TimeSpan.Zero))
            ? frame.Note(this, "division by zero")
            : frame.Note(this, $"cannot compute with {a.Kind.WithArticle()} and {b.Kind.WithArticle()}");
}

/// <summary><c>-a</c>.</summary>
internal sealed class NegationNode(SourceSpan span, Node operand) : Node(span, operand)
{
    protected override Value Compute(ref Frame frame)
    {
        var value = Children[0].Evaluate(ref frame);
        return value.Kind switch
        {
            ValueKind.Number => Value.Of(-value.Number),
            ValueKind.Duration => Value.Of(TimeSpan.FromTicks(-Math.Max(value.Rank, -long.MaxValue))),
            _ => frame.Note(this, $"{value.Kind.WithArticle()} has no sign"),
        };
    }
}

/// <summary>
/// Numbers are doubles, computed as people write them: 0.1 + 0.2 is 0.3, because operands of everyday size are taken by their first
/// 15 digits in decimal.
/// </summary>
internal static class DecimalMath
{
    private const double Everyday = 1e12;
    private const double Tiny = 1e-9;

    public static double Compute(Operation operation, double a, double b)
    {
        if (operation is Operation.Divide or Operation.Remainder && b == 0)
        {
            return double.NaN;
        }

        return IsWhole(a) && IsWhole(b) || !IsEveryday(a) || !IsEveryday(b)
            ? Binary(operation, a, b)
            : (double)Decimal(operation, (decimal)a, (decimal)b);
    }

    /// <summary>Half away from zero, as written in decimal: 1.005 to two digits is 1.01.</summary>
    public static double Round(double number, int digits) =>
        IsEveryday(number) ? (double)Math.Round((decimal)number, digits, MidpointRounding.AwayFromZero) : number;

    private static bool IsWhole(double number) => number == Math.Floor(number);

    private static bool IsEveryday(double number) => number == 0 || Math.Abs(number) is < Everyday and > Tiny;

    private static double Binary(Operation operation, double a, double b) => operation switch
    {
        Operation.Add => a + b,
        Operation.Subtract => a - b,
        Operation.Multiply => a * b,
        Operation.Divide => a / b,
        _ => a % b,
    };

    private static decimal Decimal(Operation operation, decimal a, decimal b) => operation switch
    {
        Operation.Add => a + b,
        Operation.Subtract => a - b,
        Operation.Multiply => a * b,
        Operation.Divide => a / b,
        _ => a % b,
    };
}
