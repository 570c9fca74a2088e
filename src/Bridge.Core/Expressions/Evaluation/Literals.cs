namespace Bridge.Core.Expressions.Evaluation;

/// <summary>Something known when the expression is parsed.</summary>
internal sealed class Literal(SourceSpan span, Value value) : Node(span)
{
    public Value Value => value;

    protected override Value Compute(ref Frame frame) => value;
}

/// <summary><c>[a, b]</c>; a <see cref="Literal"/> when all its items are.</summary>
internal sealed class ListNode : Node
{
    private ListNode(SourceSpan span, Node[] items)
        : base(span, items)
    {
    }

    public static Node Of(SourceSpan span, Node[] items) =>
        items.All(i => i is Literal) ? new Literal(span, Value.List([.. items.Select(i => ((Literal)i).Value)])) : new ListNode(span, items);

    protected override Value Compute(ref Frame frame)
    {
        var items = new Value[Children.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Children[i].Evaluate(ref frame);
        }

        return Value.List(items);
    }
}

/// <summary><c>{"name": value}</c>; the last of a name wins.</summary>
internal sealed class MapNode(SourceSpan span, string[] names, Node[] values) : Node(span, values)
{
    protected override Value Compute(ref Frame frame)
    {
        var members = new Dictionary<string, Value>(names.Length);
        for (var i = 0; i < names.Length; i++)
        {
            members[names[i]] = Children[i].Evaluate(ref frame);
        }

        return Value.Map(members);
    }
}
