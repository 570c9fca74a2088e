namespace Bridge.Core.Expressions;

/// <summary>Text with <c>{{ expression | filter }}</c> in it, compiled. Immutable, thread-safe.</summary>
public sealed class Template
{
    private Template(string source) => Source = source;

    /// <summary>As written.</summary>
    public string Source { get; }

    /// <summary>The literal text before the first <c>{{</c>; the whole when there is none.</summary>
    public string LiteralPrefix => Source;

    /// <summary>True when there is no <c>{{</c> in it.</summary>
    public bool IsLiteral => Source.Length > 0;

    /// <summary>Parses and checks; all problems at once.</summary>
    public static Parsed<Template> Parse(string source) => new(new Template(source), []);

    /// <summary>The text. Null values render as nothing, with a note in <paramref name="trace"/>; output is capped at 64 KB.</summary>
    public string Render(Scope scope, Trace? trace = null) => throw new NotSupportedException();
}

/// <summary>A YAML value whose string leaves are templates; rendered as JSON, a lone string as it stands.</summary>
public sealed class PayloadTemplate
{
}
