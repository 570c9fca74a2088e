namespace Bridge.Core.Expressions.Syntax;

/// <summary>Collects what is wrong with one source: the first syntax error, which hides what follows it, and every wrong name.</summary>
internal sealed class Problems
{
    private readonly List<SyntaxProblem> _all = [];

    public IReadOnlyList<SyntaxProblem> All => _all;

    /// <summary>True after a syntax error: the rest cannot be read.</summary>
    public bool Broken { get; private set; }

    public void Break(int start, string message, string? cure = null)
    {
        Add(start, message, cure);
        Broken = true;
    }

    public void Add(int start, string message, string? cure = null)
    {
        if (!Broken)
        {
            _all.Add(new SyntaxProblem(start + 1, message, cure));
        }
    }
}
