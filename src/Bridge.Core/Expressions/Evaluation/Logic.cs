namespace Bridge.Core.Expressions.Evaluation;

/// <summary><c>a and b and c</c>: stops at the first that is not true.</summary>
internal sealed class AndNode(SourceSpan span, Node[] operands) : Node(span, operands)
{
    protected override Value Compute(ref Frame frame)
    {
        foreach (var operand in Children)
        {
            if (!operand.IsTrue(ref frame))
            {
                return Value.Of(false);
            }
        }

        return Value.Of(true);
    }
}

/// <summary><c>a or b or c</c>: stops at the first that is true.</summary>
internal sealed class OrNode(SourceSpan span, Node[] operands) : Node(span, operands)
{
    protected override Value Compute(ref Frame frame)
    {
        foreach (var operand in Children)
        {
            if (operand.IsTrue(ref frame))
            {
                return Value.Of(true);
            }
        }

        return Value.Of(false);
    }
}

/// <summary><c>not a</c>.</summary>
internal sealed class NotNode(SourceSpan span, Node operand) : Node(span, operand)
{
    protected override Value Compute(ref Frame frame) => Value.Of(!Children[0].IsTrue(ref frame));
}

/// <summary><c>a ?? b</c>: b where a is null.</summary>
internal sealed class CoalesceNode(SourceSpan span, Node left, Node right) : Node(span, left, right)
{
    protected override Value Compute(ref Frame frame)
    {
        var value = Children[0].Evaluate(ref frame);
        return value.IsNull ? Children[1].Evaluate(ref frame) : value;
    }
}

/// <summary><c>a ? b : c</c>.</summary>
internal sealed class ConditionalNode(SourceSpan span, Node condition, Node then, Node otherwise) : Node(span, condition, then, otherwise)
{
    public Node Branch(bool condition) => Children[condition ? 1 : 2];

    protected override Value Compute(ref Frame frame) => Branch(Children[0].IsTrue(ref frame)).Evaluate(ref frame);
}
