using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions.Filters;

/// <summary>What a filter works on. Arguments that were not written are null.</summary>
internal readonly ref struct FilterCall(Node node, Value input, Value first, Value second, int count)
{
    public Node Node => node;

    public Value Input => input;

    public Value First => first;

    public Value Second => second;

    /// <summary>Arguments written.</summary>
    public int Count => count;
}

/// <summary>The work of a filter. Never throws; pays for its work.</summary>
internal delegate Value FilterBody(in FilterCall call, ref Frame frame);

/// <summary>Something wrong with an argument, known when the expression is parsed.</summary>
internal sealed record ArgumentProblem(SourceSpan At, string Message, string? Cure = null);

/// <summary>One filter of the closed list.</summary>
/// <param name="Name">As written.</param>
/// <param name="Least">Arguments, the input aside.</param>
/// <param name="Most">Arguments, the input aside; two at the most.</param>
/// <param name="Usage">An example for messages.</param>
/// <param name="Body">What it does.</param>
internal sealed record Filter(string Name, int Least, int Most, string Usage, FilterBody Body)
{
    /// <summary>Checks arguments that must be literals.</summary>
    public Func<Node[], ArgumentProblem?> Problem { get; init; } = _ => null;

    /// <summary>True when a null input is the filter's business; otherwise null gives null.</summary>
    public bool TakesNull { get; init; }

    /// <summary>Makes the node; replaced where something is prepared at load.</summary>
    public Func<Filter, SourceSpan, Node, Node[], Node> Make { get; init; } =
        static (filter, span, input, arguments) => new FilterNode(span, filter, [input, .. arguments]);

    public Node Call(SourceSpan span, Node input, Node[] arguments) => Make(this, span, input, arguments);
}

/// <summary><c>x | f(a)</c> and <c>f(x, a)</c>.</summary>
internal sealed class FilterNode(SourceSpan span, Filter filter, Node[] operands) : Node(span, operands)
{
    protected override Value Compute(ref Frame frame)
    {
        var input = Children[0].Evaluate(ref frame);
        if (input.IsNull && !filter.TakesNull)
        {
            return Value.Null;
        }

        var first = Children.Length > 1 ? Children[1].Evaluate(ref frame) : Value.Null;
        var second = Children.Length > 2 ? Children[2].Evaluate(ref frame) : Value.Null;
        return filter.Body(new FilterCall(this, input, first, second, Children.Length - 1), ref frame);
    }
}
