namespace Bridge.Core.Expressions.Evaluation;

/// <summary>One evaluation: what it sees, what it may still spend, and where it notes what happened.</summary>
internal struct Frame(Scope scope, Trace? trace)
{
    private int _steps = Limits.Steps;

    public readonly Scope Scope => scope;

    public readonly TimeZoneInfo Zone => scope.Zone;

    /// <summary>True when nothing is left: every value from here on is null.</summary>
    public readonly bool Exhausted => _steps < 0;

    public readonly bool Tracing => trace is not null;

    /// <summary>False when the evaluation must stop.</summary>
    public bool Spend(int steps)
    {
        _steps -= steps;
        return _steps >= 0;
    }

    /// <summary>Pays for a text of that length.</summary>
    public bool SpendText(int length) => Spend(length / Limits.CharactersPerStep);

    public bool Same(in Value left, in Value right) => Equality.Same(left, right, ref _steps, 0);

    /// <summary>Says what happened at a node; null values come of it.</summary>
    public readonly Value Note(Node node, string what)
    {
        if (!Exhausted)
        {
            trace?.Note($"{what}: {node.Span.Brief}");
        }

        return Value.Null;
    }

    // Nulls made by running out of steps explain nothing.
    public readonly void Note(string what)
    {
        if (!Exhausted)
        {
            trace?.Note(what);
        }
    }

    public readonly bool HasNoted(string what) => trace?.Notes.Contains(what) == true;

    /// <summary>The value, or null with a note when the steps ran out on the way.</summary>
    public readonly Value Close(in Value value)
    {
        if (!Exhausted)
        {
            return value;
        }

        trace?.Note($"stopped after {Limits.Steps} steps");
        return Value.Null;
    }
}
