using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions.Syntax;

/// <summary>A piece of a template: text, or an expression.</summary>
internal readonly record struct Piece(string Text, Node? Expression);

/// <summary>Cuts a template into pieces; every expression in it is checked, whatever is wrong with the others.</summary>
internal sealed class TemplateReader(string source)
{
    private const string Open = "{{";
    private const string Close = "}}";

    private readonly List<SyntaxProblem> _problems = [];
    private readonly List<Piece> _pieces = [];

    public IReadOnlyList<SyntaxProblem> Problems => _problems;

    public Piece[] Pieces => [.. _pieces];

    public Roots Uses { get; private set; }

    public void Read()
    {
        var at = 0;
        while (at < source.Length)
        {
            var open = source.IndexOf(Open, at, StringComparison.Ordinal);
            AddText(at, open < 0 ? source.Length : open);
            if (open < 0)
            {
                return;
            }

            at = ReadExpression(open);
        }
    }

    private void AddText(int start, int end)
    {
        var text = source[start..end];
        if (text.IndexOf("{%", StringComparison.Ordinal) is var block and >= 0)
        {
            _problems.Add(new SyntaxProblem(start + block + 1, "block tags are not part of the language", "write: {{ condition ? \"a\" : \"b\" }}"));
        }

        if (text.Length > 0)
        {
            _pieces.Add(new Piece(text, null));
        }
    }

    private int ReadExpression(int open)
    {
        var start = open + Open.Length;
        var problems = new Problems();
        var parser = new Parser(source, start, inTemplate: true, problems);
        var node = parser.Parse();
        var closed = problems.Broken ? source.IndexOf(Close, start, StringComparison.Ordinal) : parser.End;
        if (closed < 0 || closed >= source.Length)
        {
            _problems.Add(new SyntaxProblem(open + 1, "'{{' is not closed", "write: {{ expression }}; for the two braces themselves: {{ \"{{\" }}"));
            return source.Length;
        }

        _problems.AddRange(problems.All);
        _pieces.Add(new Piece("", node));
        Uses |= parser.Uses;
        return closed + Close.Length;
    }
}
