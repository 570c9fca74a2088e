using Bridge.Core.Configuration;

namespace Bridge.Host.Configuration;

/// <summary>Collects what one reading has to say. Bounded, so that a hostile file cannot fill memory with complaints.</summary>
internal sealed class Report
{
    private const int Most = 1000;
    private const int LongestQuote = 60;
    private readonly HashSet<Diagnostic> _diagnostics = [];

    public int Errors { get; private set; }

    public bool HasErrors => Errors > 0;

    /// <summary>In the order of the files' text.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics =>
    [
        .. _diagnostics
            .OrderBy(diagnostic => diagnostic.Position.File, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Position.Line)
            .ThenBy(diagnostic => diagnostic.Position.Column)
            .ThenBy(diagnostic => diagnostic.Code, StringComparer.Ordinal),
    ];

    public void Add(DiagnosticKind kind, SourcePosition position, string message, string? cure = null)
    {
        Errors += kind.Severity == DiagnosticSeverity.Error ? 1 : 0;
        if (_diagnostics.Count < Most)
        {
            _diagnostics.Add(new Diagnostic(kind, position, message, cure ?? kind.Cure));
        }
    }

    /// <summary>An earlier place, as one says it at a later one.</summary>
    public static string Earlier(SourcePosition earlier, SourcePosition here) =>
        earlier.File == here.File ? $"line {earlier.Line}" : $"{earlier.File}:{earlier.Line}";

    /// <summary>Something the user wrote, in quotes: short, and without characters that a terminal would obey.</summary>
    public static string Quote(string text)
    {
        var shown = text.Length <= LongestQuote ? text : string.Concat(text.AsSpan(0, LongestQuote), "...");
        return "'" + string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c)) + "'";
    }
}
