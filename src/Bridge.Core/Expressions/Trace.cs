namespace Bridge.Core.Expressions;

/// <summary>
/// Collects what happened inside an evaluation, for <c>explain</c>; not thread-safe, one per evaluation.
/// It may hold values of the message, so it is sealed at rest and never logged.
/// </summary>
public sealed class Trace
{
    private const int MaxNotes = 50;
    private readonly List<string> _notes = [];

    /// <summary>In the order in which they happened, each once: <c>missing: payload.x</c>, comparisons of different types, caps.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>
    /// Set by <see cref="Expression.IsTrue"/> when it is false: the first false part as written, and what it saw, such as
    /// <c>`payload.water_leak == true` is false: payload.water_leak = false</c>.
    /// </summary>
    public string? Falsified { get; internal set; }

    internal void Note(string note)
    {
        if (_notes.Count < MaxNotes && !_notes.Contains(note))
        {
            _notes.Add(note);
        }
    }
}
