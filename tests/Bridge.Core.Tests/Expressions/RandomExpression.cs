namespace Bridge.Core.Tests.Expressions;

/// <summary>A random expression as a tree, which prints with as few parentheses as the documented precedence needs, or with all of them.</summary>
internal abstract record RandomExpression(int Level)
{
    private const int Ternary = 1, Coalesce = 2, Or = 3, And = 4, Not = 5, Compare = 6, Sum = 7, Product = 8, Unary = 9, Pipe = 10, Primary = 11;

    private static readonly string[] s_leaves =
    [
        "1", "2.5", "0", "-3", "\"a\"", "'14'", "\"\"", "true", "false", "null", "5m", "1h30m", "warning", "critical", "[1, 2]", "[]", "{\"a\": 1}",
        "payload.n", "payload.s", "payload.l", "payload.gone", "payload.d.x", "topic[1]", "topic_str", "topic_tail(1)", "default(now, 0)", "default(severity, 0)",
        "alert.age", "items", "message.text",
    ];

    private static readonly (string Sign, int Level)[] s_binary =
    [
        ("??", Coalesce), ("or", Or), ("and", And), ("==", Compare), ("!=", Compare), ("<", Compare), ("<=", Compare), (">", Compare), (">=", Compare),
        ("in", Compare), ("+", Sum), ("-", Sum), ("*", Product), ("/", Product), ("%", Product),
    ];

    private static readonly string[] s_filters =
    [
        "upper", "length", "number", "round(1)", "default(7)", "first", "json", "sort", "unique", "join(',')", "split('a')", "replace('a', 'bb')",
        "truncate(3)", "map('key')", "duration", "time", "contains('a')", "startsWith('a')", "matches('^[a-z0-9]+$')", "plural('x', 'y')",
    ];

    public static RandomExpression Make(Random random, int depth) => depth == 0 ? new Leaf(Pick(random, s_leaves)) : random.Next(10) switch
    {
        0 => new Leaf(Pick(random, s_leaves)),
        1 => new Prefix("not ", Not, Make(random, depth - 1)),
        2 => new Prefix("-", Unary, Make(random, depth - 1)),
        3 => new Choice(Make(random, depth - 1), Make(random, depth - 1), Make(random, depth - 1)),
        4 or 5 => new Piped(Make(random, depth - 1), Pick(random, s_filters)),
        _ => Pick(random, s_binary) is var (sign, level) ? new Infix(sign, level, Make(random, depth - 1), Make(random, depth - 1)) : null!,
    };

    public abstract string Print(bool all);

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    private static string At(RandomExpression node, int level, bool all) =>
        all || node.Level < level ? $"({node.Print(all)})" : node.Print(all);

    private sealed record Leaf(string Text) : RandomExpression(Text[0] == '-' ? Unary : Primary)
    {
        public override string Print(bool all) => Text;
    }

    private sealed record Prefix(string Sign, int SignLevel, RandomExpression Operand) : RandomExpression(SignLevel)
    {
        public override string Print(bool all) => Sign + At(Operand, SignLevel, all);
    }

    private sealed record Infix(string Sign, int SignLevel, RandomExpression Left, RandomExpression Right) : RandomExpression(SignLevel)
    {
        // Comparisons do not chain; everything else groups to the left.
        public override string Print(bool all) =>
            $"{At(Left, SignLevel == Compare ? Sum : SignLevel, all)} {Sign} {At(Right, SignLevel + 1 == Not ? Not : SignLevel + 1, all)}";
    }

    private sealed record Choice(RandomExpression If, RandomExpression Then, RandomExpression Else) : RandomExpression(Ternary)
    {
        public override string Print(bool all) => $"{At(If, Coalesce, all)} ? {At(Then, Ternary, all)} : {At(Else, Ternary, all)}";
    }

    private sealed record Piped(RandomExpression Input, string Filter) : RandomExpression(Pipe)
    {
        public override string Print(bool all) => $"{At(Input, Pipe, all)} | {Filter}";
    }
}
