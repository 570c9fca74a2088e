using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions.Syntax;

// Moving on, going down, giving up.
internal sealed partial class Parser
{
    private Token Take()
    {
        var taken = _token;
        if (taken.Kind is not (TokenKind.End or TokenKind.Bad))
        {
            _last = taken.Span;
            _token = _lexer.Next();
        }

        return taken;
    }

    private void Expect(string symbol, string message)
    {
        if (_token.Is(symbol))
        {
            Take();
        }
        else
        {
            Fail($"{_token.Named} where '{symbol}' is needed", message);
        }
    }

    private SourceSpan Since(SourceSpan start) => start.To(_last);

    // Parentheses make no node, so the parser counts what it is inside of: its own recursion is bounded by it.
    private Node Nested(SourceSpan at, Func<Node> parse) => Nested(at, parse, new Literal(at, Value.Null));

    private T Nested<T>(SourceSpan at, Func<T> parse, T otherwise)
    {
        if (_nesting >= Limits.Depth)
        {
            TooDeep(at);
            return otherwise;
        }

        _nesting++;
        var parsed = parse();
        _nesting--;
        return parsed;
    }

    private Node Bounded(Node node)
    {
        if (node.Height > Limits.Depth)
        {
            TooDeep(node.Span);
        }

        return node;
    }

    private void TooDeep(SourceSpan at) => _problems.Break(at.Start, $"nested deeper than {Limits.Depth} levels", "split the rule into several");

    private Literal Unexpected() => _token switch
    {
        { Kind: TokenKind.End } => Fail("the expression ends too early"),
        { Kind: TokenKind.Word, Text: "not" } => Fail("'not' cannot stand here", "write: not (x in y)"),
        { Kind: TokenKind.Word, Text: "if" or "else" or "is" } => Fail($"{_token.Named} is not part of the language", "write: condition ? a : b"),
        _ => Fail($"unexpected {_token.Named}"),
    };

    private Literal Fail(string message, string? cure = null, int? at = null)
    {
        _problems.Break(at ?? _token.Span.Start, message, cure);
        return new Literal(_last, Value.Null);
    }
}
