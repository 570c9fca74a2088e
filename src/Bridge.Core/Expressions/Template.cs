using Bridge.Core.Expressions.Evaluation;
using Bridge.Core.Expressions.Syntax;

namespace Bridge.Core.Expressions;

/// <summary>Text with <c>{{ expression | filter }}</c> in it, compiled. Immutable, thread-safe.</summary>
public sealed partial class Template
{
    private readonly Piece[] _pieces;

    private Template(string source, Piece[] pieces, Roots uses)
    {
        Source = source;
        _pieces = pieces;
        Uses = uses;
    }

    /// <summary>As written.</summary>
    public string Source { get; }

    /// <summary>What its expressions look at.</summary>
    public Roots Uses { get; }

    /// <summary>The literal text before the first <c>{{</c>; the whole when there is none.</summary>
    public string LiteralPrefix => _pieces is [{ Expression: null } first, ..] ? first.Text : "";

    /// <summary>True when there is no <c>{{</c> in it.</summary>
    public bool IsLiteral => _pieces.Length == 0 || _pieces is [{ Expression: null }];

    /// <summary>Parses and checks; all problems at once.</summary>
    public static Parsed<Template> Parse(string source)
    {
        if (source.Length > Limits.Source)
        {
            return new(null, [new SyntaxProblem(Limits.Source + 1, $"longer than {Limits.Source} characters", "split the text")]);
        }

        var reader = new TemplateReader(source);
        reader.Read();
        return reader.Problems.Count > 0 ? new(null, reader.Problems) : new(new Template(source, reader.Pieces, reader.Uses), []);
    }

    /// <summary>The text. Null values render as nothing, with a note in <paramref name="trace"/>; output is capped at 64 KB.</summary>
    public string Render(Scope scope, Trace? trace = null)
    {
        if (IsLiteral)
        {
            return Source;
        }

        var frame = new Frame(scope, trace);
        var buffer = new TextBuffer(stackalloc char[256]);
        foreach (var piece in _pieces)
        {
            if (piece.Expression is { } expression)
            {
                ValueOf(expression, ref frame).AppendTo(ref buffer, scope.Zone);
            }
            else
            {
                buffer.Append(piece.Text);
            }
        }

        if (buffer.Cut)
        {
            frame.Note($"cut at {Limits.Output} characters");
        }

        var text = buffer.ToString();
        buffer.Dispose();
        return text;
    }

    /// <summary>The value itself when the template is one expression and nothing else, so that a number stays a number; otherwise its text.</summary>
    internal Value RenderValue(Scope scope, Trace? trace)
    {
        if (_pieces is not [{ Expression: { } expression }])
        {
            return Value.Of(Render(scope, trace));
        }

        var frame = new Frame(scope, trace);
        return ValueOf(expression, ref frame);
    }

    private static Value ValueOf(Node expression, ref Frame frame)
    {
        var value = frame.Close(expression.Evaluate(ref frame));
        return value.IsNull && frame.Tracing ? frame.Note(expression, "nothing to show") : value;
    }
}
