namespace Bridge.Core.Expressions;

/// <summary>What parsing gave: the value (null when there are problems) and the problems.</summary>
public sealed record Parsed<T>(T? Value, IReadOnlyList<SyntaxProblem> Problems)
    where T : class;

/// <summary>One problem in a source text.</summary>
/// <param name="Column">1-based, in UTF-16 code units from the start of the source.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Cure">What to write instead; null when the message says it.</param>
public sealed record SyntaxProblem(int Column, string Message, string? Cure = null);
