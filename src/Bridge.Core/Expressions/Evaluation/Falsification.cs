using System.Text;

namespace Bridge.Core.Expressions.Evaluation;

/// <summary>Names the part that made a condition false, and what it saw.</summary>
internal static class Falsification
{
    private const int MostOperands = 8;
    private const int LongestValue = 100;

    public static string Of(Node root, Scope scope)
    {
        var frame = new Frame(scope, null);
        var culprit = Culprit(root, ref frame);
        var text = new StringBuilder("`").Append(culprit.Span.Text).Append('`').Append(Verdict(culprit, ref frame));
        var separator = ": ";
        foreach (var operand in Operands(culprit).DistinctBy(node => node.Span.Text).Take(MostOperands))
        {
            if (operand != culprit)
            {
                text.Append(separator).Append(operand.Span.Text).Append(" = ").Append(Shown(operand.Evaluate(ref frame), scope.Zone));
                separator = ", ";
            }
        }

        return text.ToString();
    }

    // The first false operand of `and`, the branch of a conditional that was taken; anything else is false as a whole.
    private static Node Culprit(Node node, ref Frame frame)
    {
        switch (node)
        {
            case AndNode:
                foreach (var operand in node.Children)
                {
                    if (!operand.IsTrue(ref frame))
                    {
                        return Culprit(operand, ref frame);
                    }
                }

                return node;
            case ConditionalNode conditional:
                return Culprit(conditional.Branch(conditional.Children[0].IsTrue(ref frame)), ref frame);
            default:
                return node;
        }
    }

    private static string Verdict(Node culprit, ref Frame frame)
    {
        var value = culprit.Evaluate(ref frame);
        return frame.Exhausted ? " was not decided within the allowed steps"
            : value.Kind == ValueKind.Bool ? " is false"
            : $" is {Shown(value, frame.Zone)}, not true or false";
    }

    /// <summary>What of the message a part looks at, in source order: the longest paths.</summary>
    private static IEnumerable<Node> Operands(Node node) =>
        node is RootNode or StepNode or TopicTailNode or AlertOfNode ? [node] : node.Children.SelectMany(Operands);

    private static string Shown(in Value value, TimeZoneInfo zone) => value.Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.String => $"\"{Shortened(value.Text)}\"",
        _ => Shortened(value.ToText(zone)),
    };

    private static string Shortened(string text)
    {
        if (text.Length <= LongestValue)
        {
            return text;
        }

        var length = char.IsHighSurrogate(text[LongestValue - 1]) ? LongestValue - 1 : LongestValue;
        return string.Concat(text.AsSpan(0, length), "…");
    }
}
