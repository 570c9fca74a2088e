using Bridge.Core.Expressions.Evaluation;
using Bridge.Core.Expressions.Syntax;

namespace Bridge.Core.Expressions;

/// <summary>A compiled expression of the configuration language. Immutable, thread-safe, cost linear in AST and input.</summary>
public sealed class Expression
{
    private readonly Node _root;

    private Expression(string source, Node root, Roots uses)
    {
        Source = source;
        _root = root;
        Uses = uses;
    }

    /// <summary>As written.</summary>
    public string Source { get; }

    /// <summary>What it looks at.</summary>
    public Roots Uses { get; }

    /// <summary>Parses and checks: the first syntax error and every wrong name at once.</summary>
    public static Parsed<Expression> Parse(string source)
    {
        if (source.Length > Limits.Source)
        {
            return new(null, [new SyntaxProblem(Limits.Source + 1, $"longer than {Limits.Source} characters", "split the rule into several")]);
        }

        var problems = new Problems();
        var parser = new Parser(source, 0, inTemplate: false, problems);
        var root = parser.Parse();
        return problems.All.Count > 0 ? new(null, problems.All) : new(new Expression(source, root, parser.Uses), []);
    }

    /// <summary>The value. Never throws: what cannot be computed is null with a note in <paramref name="trace"/>.</summary>
    public Value Evaluate(Scope scope, Trace? trace = null)
    {
        var frame = new Frame(scope, trace);
        var value = _root.Evaluate(ref frame);
        return frame.Close(value);
    }

    /// <summary>
    /// As the whole of a <c>when</c>: a non-bool is false with a note. With a trace, what made it false is named in
    /// <see cref="Trace.Falsified"/>.
    /// </summary>
    public bool IsTrue(Scope scope, Trace? trace = null)
    {
        var frame = new Frame(scope, trace);
        var isTrue = frame.Close(Value.Of(_root.IsTrue(ref frame))).IsTrue;
        if (!isTrue && trace is not null)
        {
            trace.Falsified = Falsification.Of(_root, scope);
        }

        return isTrue;
    }
}
