namespace Bridge.Core.Expressions;

/// <summary>A compiled expression of the configuration language. Immutable, thread-safe, cost linear in AST and input.</summary>
public sealed class Expression
{
    private Expression(string source) => Source = source;

    /// <summary>As written.</summary>
    public string Source { get; }

    /// <summary>Parses and checks; all problems at once.</summary>
    public static Parsed<Expression> Parse(string source) => new(new Expression(source), []);

    /// <summary>The value. Never throws: what cannot be computed is null with a note in <paramref name="trace"/>.</summary>
    public Value Evaluate(Scope scope, Trace? trace = null) => throw new NotSupportedException();

    /// <summary>As the whole of a <c>when</c>: a non-bool is false with a note.</summary>
    public bool IsTrue(Scope scope, Trace? trace = null) => throw new NotSupportedException();
}

/// <summary>What parsing gave: the value (null when there are problems) and the problems.</summary>
public sealed record Parsed<T>(T? Value, IReadOnlyList<SyntaxProblem> Problems)
    where T : class;

/// <summary>One problem in a source text.</summary>
/// <param name="Column">1-based, in UTF-16 code units from the start of the source.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Cure">What to write instead; null when the message says it.</param>
public sealed record SyntaxProblem(int Column, string Message, string? Cure = null);
