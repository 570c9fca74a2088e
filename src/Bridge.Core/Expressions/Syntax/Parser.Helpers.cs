using Bridge.Core.Configuration;
using Bridge.Core.Expressions.Evaluation;
using Bridge.Core.Expressions.Filters;

namespace Bridge.Core.Expressions.Syntax;

// Moving on, going down, giving up.
internal sealed partial class Parser
{
    private const string Units = "a number has no unit: write the number alone";

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

    private void Expect(string symbol, string cure)
    {
        if (_token.Is(symbol))
        {
            Take();
        }
        else
        {
            Fail($"{_token.Named} where '{symbol}' is needed", cure);
        }
    }

    /// <summary>What ends a bracket or continues in it. When the source ends first, the bracket itself is the place to look at.</summary>
    private void ExpectIn(SourceSpan open, string symbol)
    {
        var close = open.Text switch { "(" => ")", "[" => "]", _ => "}" };
        if (_token.Kind == TokenKind.End)
        {
            Fail($"this '{open.Text}' has no '{close}'", $"add the missing '{close}'", open.Start);
        }
        else if (_token.Kind == TokenKind.Word && (_token.Text == "is" || FilterTable.TryFind(_token.Text, out _)))
        {
            Unexpected();
        }
        else
        {
            Expect(symbol, symbol == close ? $"close the '{open.Text}' before it" : $"separate with ',' or close the '{open.Text}' before it");
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
        { Kind: TokenKind.End } => Fail("the expression ends too early", _last.Text == "%" ? Units : $"write what belongs after '{_last.Text}'"),
        { Kind: TokenKind.Word, Text: "not" } => Fail("'not' cannot stand here", "write: not (x in y)"),
        { Kind: TokenKind.Word, Text: "is" } => Fail("'is' is not part of the language", "write '==' to compare"),
        { Kind: TokenKind.Word, Text: "if" or "else" } => Fail($"{_token.Named} is not part of the language", "write: condition ? a : b"),
        { Kind: TokenKind.Word } when FilterTable.TryFind(_token.Text, out var filter) =>
            Fail($"{_token.Named} is a filter, not an operator", $"write: {filter.Usage}"),
        { Kind: TokenKind.Word } when _last.Text is [>= '0' and <= '9', ..] => Fail($"unexpected {_token.Named}", Units),
        { Kind: TokenKind.Symbol, Text: "(" } when FilterTable.TryFind(_last.Text, out var filter) =>
            Fail($"the filter '{_last.Text}' stands after '.'", $"write: {filter.Usage}", _last.Start),
        { Kind: TokenKind.Symbol, Text: "(" } => Fail("unexpected '('", "only filters take arguments, as in: x | round(1)"),
        { Kind: TokenKind.Symbol, Text: ")" or "]" or "}" } => Fail($"unexpected {_token.Named}", "remove it, or write what belongs before it"),
        { Kind: TokenKind.Symbol } => Fail($"unexpected {_token.Named}", $"write what belongs before {_token.Named}"),
        _ => Fail(
            $"unexpected {_token.Named}",
            Suggestion.For(_token.Text, ["and", "or", "in"]) ?? "join conditions with 'and' or 'or', and put a text into quotes"),
    };

    private Literal Fail(string message, string? cure = null, int? at = null)
    {
        _problems.Break(at ?? _token.Span.Start, message, cure);
        return new Literal(_last, Value.Null);
    }
}
