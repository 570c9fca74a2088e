namespace Bridge.Core.Expressions.Evaluation;

/// <summary>
/// A part of an expression, checked and ready to run: the syntax tree is what is evaluated. Immutable. Nodes refer to each other through
/// this class alone, so evaluation is one virtual call per node.
/// </summary>
/// <param name="span">Where it stands in the source.</param>
/// <param name="children">In source order.</param>
internal abstract class Node(SourceSpan span, params Node[] children)
{
    public SourceSpan Span => span;

    public Node[] Children => children;

    /// <summary>Levels of nesting, this one included; bounded by <see cref="Limits.Depth"/>, so evaluation may recurse.</summary>
    public int Height { get; } = 1 + children.Aggregate(0, (height, child) => Math.Max(height, child.Height));

    public Value Evaluate(ref Frame frame) => frame.Spend(1) ? Compute(ref frame) : Value.Null;

    /// <summary>Never throws.</summary>
    protected abstract Value Compute(ref Frame frame);

    /// <summary>As an operand of and, or, not, and as a condition: a non-bool is false with a note.</summary>
    public bool IsTrue(ref Frame frame)
    {
        var value = Evaluate(ref frame);
        if (value.Kind != ValueKind.Bool)
        {
            if (frame.Tracing && !frame.Exhausted)
            {
                frame.Note(this, $"{value.Kind.WithArticle()} where true or false is needed");
            }

            return false;
        }

        return value.IsTrue;
    }
}

/// <summary>A part of a source text.</summary>
/// <param name="Source">The whole source.</param>
/// <param name="Start">0-based.</param>
/// <param name="End">One past the last.</param>
internal readonly record struct SourceSpan(string Source, int Start, int End)
{
    private const int Briefly = 120;

    public string Text => Source[Start..End];

    /// <summary>For notes: the beginning of a long part.</summary>
    public string Brief => End - Start <= Briefly ? Text : string.Concat(Source.AsSpan(Start, Briefly), "…");

    public SourceSpan To(SourceSpan other) => this with { End = other.End };
}
