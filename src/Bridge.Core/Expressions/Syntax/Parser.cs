using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions.Syntax;

/// <summary>
/// Precedence climbing (Pratt). Loosest first: <c>? :</c>, <c>??</c>, or, and, not, comparison and in (not chained), <c>+ -</c>,
/// <c>* / %</c>, unary, <c>|</c>.
/// </summary>
internal sealed partial class Parser
{
    private const int Ternary = 1, Coalesce = 2, Or = 3, And = 4, Not = 5, Compare = 6, Sum = 7, Product = 8, Unary = 9;

    private readonly Lexer _lexer;
    private readonly Problems _problems;
    private Token _token;
    private SourceSpan _last;
    private int _nesting;

    public Parser(string source, int start, bool inTemplate, Problems problems)
    {
        _problems = problems;
        _lexer = new Lexer(source, start, inTemplate, problems);
        _last = new SourceSpan(source, start, start);
        _token = _lexer.Next();
    }

    /// <summary>What the parsed expression looks at.</summary>
    public Roots Uses { get; private set; }

    /// <summary>Where the parser stopped: the end of the source, or the <c>}}</c>.</summary>
    public int End => _token.Span.Start;

    /// <summary>The whole expression; only to be used when there are no problems.</summary>
    public Node Parse()
    {
        if (_token.Kind == TokenKind.End)
        {
            return Fail("an expression is missing", "write a condition, such as: payload.state == 'on'");
        }

        var node = ParseAt(Ternary);
        return _token.Kind == TokenKind.End ? node : Unexpected();
    }

    private Node ParseAt(int level)
    {
        var start = _token.Span;
        var left = ParsePrefix(level);
        while (!_problems.Broken)
        {
            var bound = LevelOf(_token);
            if (bound < level || bound == 0)
            {
                break;
            }

            left = Bounded(bound switch
            {
                Ternary => Conditional(start, left),
                Coalesce => Default(start, left),
                Or or And => Chain(start, left, bound),
                Compare => Comparison(start, left),
                _ => Arithmetic(start, left, bound),
            });
        }

        return left;
    }

    private Node ParsePrefix(int level)
    {
        if (!_token.Is("not") && !_token.Is("-"))
        {
            return ParsePiped();
        }

        var sign = Take();
        if (sign.Text == "not" && level > Not)
        {
            return Fail("'not' binds looser than what stands before it", "put it in parentheses: (not ...)", sign.Span.Start);
        }

        return Nested(sign.Span, () =>
        {
            var operand = ParseAt(sign.Text == "not" ? Not : Unary);
            var span = Since(sign.Span);
            return Bounded(sign.Text == "not" ? new NotNode(span, operand)
                : operand is Literal { Value.Kind: ValueKind.Number } number ? new Literal(span, Value.Of(-number.Value.Number))
                : new NegationNode(span, operand));
        });
    }

    private Node Conditional(SourceSpan start, Node condition)
    {
        var mark = Take();
        return Nested(mark.Span, () =>
        {
            var then = ParseAt(Ternary);
            Expect(":", "a ? b : c needs its ':'");
            var otherwise = ParseAt(Ternary);
            return new ConditionalNode(Since(start), condition, then, otherwise);
        });
    }

    private CoalesceNode Default(SourceSpan start, Node left)
    {
        Take();
        var right = ParseAt(Or);
        return new CoalesceNode(Since(start), left, right);
    }

    private Node Chain(SourceSpan start, Node first, int level)
    {
        var word = _token.Text;
        var operands = new List<Node> { first };
        while (_token.Is(word))
        {
            Take();
            operands.Add(ParseAt(level + 1));
        }

        var span = Since(start);
        return level == And ? new AndNode(span, [.. operands]) : new OrNode(span, [.. operands]);
    }

    private Node Comparison(SourceSpan start, Node left)
    {
        var sign = Take();
        var right = ParseAt(Sum);
        if (LevelOf(_token) == Compare)
        {
            return Fail("comparisons cannot be chained", "join two comparisons with 'and'");
        }

        StaticKinds.CheckComparison(_problems, left, right, isIn: sign.Text == "in");
        var span = Since(start);
        return sign.Text == "in" ? new InNode(span, left, right) : new ComparisonNode(span, ComparisonOf(sign.Text), left, right);
    }

    private ArithmeticNode Arithmetic(SourceSpan start, Node left, int level)
    {
        var sign = Take();
        var right = ParseAt(level + 1);
        var operation = sign.Text switch
        {
            "+" => Operation.Add,
            "-" => Operation.Subtract,
            "*" => Operation.Multiply,
            "/" => Operation.Divide,
            _ => Operation.Remainder,
        };
        return new ArithmeticNode(Since(start), operation, left, right);
    }

    private static Comparison ComparisonOf(string sign) => sign switch
    {
        "==" => Evaluation.Comparison.Equal,
        "!=" => Evaluation.Comparison.NotEqual,
        "<" => Evaluation.Comparison.Less,
        "<=" => Evaluation.Comparison.LessOrEqual,
        ">" => Evaluation.Comparison.Greater,
        _ => Evaluation.Comparison.GreaterOrEqual,
    };

    private static int LevelOf(Token token) => token.Kind is not (TokenKind.Symbol or TokenKind.Word) ? 0 : token.Text switch
    {
        "?" => Ternary,
        "??" => Coalesce,
        "or" => Or,
        "and" => And,
        "==" or "!=" or "<" or "<=" or ">" or ">=" or "in" => Compare,
        "+" or "-" => Sum,
        "*" or "/" or "%" => Product,
        _ => 0,
    };
}
