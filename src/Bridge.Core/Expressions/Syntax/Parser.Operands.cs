using Bridge.Core.Expressions.Evaluation;
using Bridge.Core.Expressions.Filters;

namespace Bridge.Core.Expressions.Syntax;

// What operators stand between: literals, names, paths, calls and what is piped through filters.
internal sealed partial class Parser
{
    private Node ParsePiped()
    {
        var start = _token.Span;
        var node = Steps(start, ParsePrimary());
        while (_token.Is("|") && !_problems.Broken)
        {
            Take();
            if (_token.Kind != TokenKind.Word)
            {
                return Fail("the name of a filter is missing", $"filters are {FilterTable.Names}");
            }

            var name = Take();
            var arguments = _token.Is("(") ? Arguments() : [];
            node = Bounded(Steps(start, Calls.Filter(_problems, name.Span, name.Text, node, arguments, Since(start))));
        }

        return node;
    }

    private Node ParsePrimary()
    {
        switch (_token.Kind)
        {
            case TokenKind.Literal:
                var literal = Take();
                return new Literal(literal.Span, literal.Value);
            case TokenKind.Word:
                return ParseWord();
            case TokenKind.Symbol when _token.Text == "(":
                return Parenthesised();
            case TokenKind.Symbol when _token.Text == "[":
                var open = Take();
                var items = Separated(open.Span, "]");
                return Bounded(ListNode.Of(Since(open.Span), items));
            case TokenKind.Symbol when _token.Text == "{":
                return ParseMap();
            default:
                return Unexpected();
        }
    }

    private Node Parenthesised()
    {
        var open = Take();
        return Nested(open.Span, () =>
        {
            var node = ParseAt(Ternary);
            ExpectIn(open.Span, ")");
            return node;
        });
    }

    private Node ParseWord()
    {
        var word = Take();
        if (Names.Constants.TryGetValue(word.Text, out var constant))
        {
            return new Literal(word.Span, constant);
        }

        if (_token.Is("("))
        {
            return Call(word);
        }

        if (word.Text is "and" or "or" or "in")
        {
            return Fail($"'{word.Text}' needs something before it", $"write what belongs before '{word.Text}'", word.Span.Start);
        }

        if (!Names.Roots.TryGetValue(word.Text, out var root))
        {
            Calls.UnknownName(_problems, word.Span);
        }

        Uses |= root;
        return new RootNode(word.Span, word.Text);
    }

    private Node Call(Token name)
    {
        var arguments = Arguments();
        var span = Since(name.Span);
        switch (name.Text)
        {
            case Names.TopicTail or Names.AlertOf when arguments.Length != 1:
                _problems.Add(name.Span.Start, $"{name.Text} takes 1 argument, not {arguments.Length}", name.Text == Names.TopicTail ? "write: topic_tail(1)" : null);
                return new Literal(span, Value.Null);
            case Names.TopicTail:
                Uses |= Roots.Topic;
                return Bounded(new TopicTailNode(span, arguments[0]));
            case Names.AlertOf:
                Uses |= Roots.AlertOf;
                return Bounded(new AlertOfNode(span, arguments[0]));
            case var _ when arguments.Length == 0:
                Calls.WithoutInput(_problems, name.Span);
                return new Literal(span, Value.Null);
            default:
                return Bounded(Calls.Filter(_problems, name.Span, name.Text, arguments[0], arguments[1..], span));
        }
    }

    private Node ParseMap()
    {
        var open = Take();
        if (_token.Is("{"))
        {
            return Fail("'{{' inside an expression", "write the expression without {{ and }}", open.Span.Start);
        }

        return Nested(open.Span, () =>
        {
            var (names, values) = (new List<string>(), new List<Node>());
            while (!_token.Is("}") && !_problems.Broken)
            {
                if (_token.Kind != TokenKind.Word && _token is not { Kind: TokenKind.Literal, Value.Kind: ValueKind.String })
                {
                    return Fail("a map needs a name here", "maps are like {\"name\": value}");
                }

                var name = Take();
                names.Add(name.Kind == TokenKind.Word ? name.Text : name.Value.Text);
                Expect(":", "a map is like {\"name\": value}");
                values.Add(ParseAt(Ternary));
                if (!_token.Is("}"))
                {
                    ExpectIn(open.Span, ",");
                }
            }

            ExpectIn(open.Span, "}");
            return Bounded(new MapNode(Since(open.Span), [.. names], [.. values]));
        });
    }

    private Node Steps(SourceSpan start, Node node)
    {
        while (!_problems.Broken && (_token.Is(".") || _token.Is("[")))
        {
            node = Bounded(_token.Is(".") ? Member(start, node) : Index(start, node));
        }

        return node;
    }

    private Node Member(SourceSpan start, Node target)
    {
        Take();
        if (_token.Kind != TokenKind.Word)
        {
            return Fail("a name is missing after '.'", "write [0] for an item and [\"name\"] for an unusual name");
        }

        var name = Take();
        StaticKinds.CheckMember(_problems, name.Span, target);
        if (_token.Is("("))
        {
            return Unexpected();
        }

        return new MemberNode(Since(start), target, name.Text);
    }

    private Node Index(SourceSpan start, Node target)
    {
        var open = Take();
        return Nested(open.Span, () =>
        {
            var index = ParseAt(Ternary);
            ExpectIn(open.Span, "]");
            var span = Since(start);
            return index is Literal { Value.Kind: ValueKind.String } name
                ? new MemberNode(span, target, name.Value.Text)
                : new IndexNode(span, target, index);
        });
    }

    private Node[] Arguments()
    {
        var open = Take();
        return Separated(open.Span, ")");
    }

    private Node[] Separated(SourceSpan open, string close) => Nested(open, () =>
    {
        var items = new List<Node>();
        while (!_token.Is(close) && !_problems.Broken)
        {
            items.Add(ParseAt(Ternary));
            if (!_token.Is(close))
            {
                ExpectIn(open, ",");
            }
        }

        ExpectIn(open, close);
        return items.ToArray();
    }, []);
}
