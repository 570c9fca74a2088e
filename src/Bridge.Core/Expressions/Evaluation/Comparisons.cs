namespace Bridge.Core.Expressions.Evaluation;

internal enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary><c>== != &lt; &lt;= &gt; &gt;=</c>: false across kinds, with a note; <c>!=</c> is the opposite of <c>==</c>.</summary>
internal sealed class ComparisonNode(SourceSpan span, Comparison comparison, Node left, Node right) : Node(span, left, right)
{
    protected override Value Compute(ref Frame frame)
    {
        var a = Children[0].Evaluate(ref frame);
        var b = Children[1].Evaluate(ref frame);
        var isEquality = comparison is Comparison.Equal or Comparison.NotEqual;
        if (a.Kind != b.Kind && frame.Tracing && !(isEquality && (a.IsNull || b.IsNull)) && !IsMissing(a, Children[0], frame) && !IsMissing(b, Children[1], frame))
        {
            SayDifferent(ref frame, a.Kind, b.Kind);
        }

        return Value.Of(isEquality ? frame.Same(a, b) == (comparison == Comparison.Equal) : IsOrdered(ref frame, a, b));
    }

    private static bool IsMissing(in Value value, Node operand, in Frame frame) => value.IsNull && StepNode.SaidOf(operand, frame);

    private bool IsOrdered(ref Frame frame, in Value a, in Value b)
    {
        if (a.Kind != b.Kind)
        {
            return false;
        }

        switch (a.Kind)
        {
            case ValueKind.Number:
                return Holds(a.Number, b.Number);
            case ValueKind.String:
                return Holds(string.CompareOrdinal(a.Text, b.Text), 0);
            case ValueKind.Duration or ValueKind.Time or ValueKind.Severity:
                return Holds(a.Rank.CompareTo(b.Rank), 0);
            default:
                frame.Note(this, $"{a.Kind.WithArticle()} has no order");
                return false;
        }
    }

    private bool Holds(double a, double b) => comparison switch
    {
        Comparison.Less => a < b,
        Comparison.LessOrEqual => a <= b,
        Comparison.Greater => a > b,
        _ => a >= b,
    };

    private void SayDifferent(ref Frame frame, ValueKind a, ValueKind b)
    {
        var cure = (a, b) switch
        {
            (ValueKind.Number, ValueKind.String) or (ValueKind.String, ValueKind.Number) => " (`| number` makes a number of a string)",
            (ValueKind.Severity, ValueKind.String) or (ValueKind.String, ValueKind.Severity) => " (severities are written without quotes)",
            _ => "",
        };
        frame.Note($"different types: {Span.Brief} compares {a.WithArticle()} with {b.WithArticle()}{cure}");
    }
}

/// <summary><c>a in b</c>: an item of a list, a name in a map, a part of a string.</summary>
internal sealed class InNode(SourceSpan span, Node left, Node right) : Node(span, left, right)
{
    protected override Value Compute(ref Frame frame)
    {
        var item = Children[0].Evaluate(ref frame);
        var container = Children[1].Evaluate(ref frame);
        return Value.Of(Containment.Contains(ref frame, this, container, item));
    }
}

/// <summary>What <c>in</c> and <c>contains</c> mean.</summary>
internal static class Containment
{
    public static bool Contains(ref Frame frame, Node node, in Value container, in Value item)
    {
        switch (container.Kind)
        {
            case ValueKind.List:
                return HasItem(ref frame, node, container, item);
            case ValueKind.Map when item.Kind == ValueKind.String:
                return frame.Spend(container.Count / Limits.MembersPerStep) && container.TryMember(item.Text, out _);
            case ValueKind.String when item.Kind == ValueKind.String:
                var text = container.Text;
                return frame.SpendText(text.Length) && text.Contains(item.Text, StringComparison.Ordinal);
            case ValueKind.Null:
                return false;
            default:
                frame.Note(node, $"{container.Kind.WithArticle()} cannot contain {item.Kind.WithArticle()}");
                return false;
        }
    }

    private static bool HasItem(ref Frame frame, Node node, in Value list, in Value item)
    {
        if (list.Count > Limits.Items)
        {
            frame.Note(node, $"only the first {Limits.Items} items are looked at");
        }

        if (list.Json is { } json)
        {
            var seen = 0;
            foreach (var element in json.EnumerateArray())
            {
                if (++seen > Limits.Items || !frame.Spend(1))
                {
                    return false;
                }

                if (frame.Same(Value.FromJson(element), item))
                {
                    return true;
                }
            }

            return false;
        }

        for (var i = 0; i < Limits.Items && list.TryItem(i, out var element); i++)
        {
            if (frame.Same(element, item))
            {
                return true;
            }
        }

        return false;
    }
}
