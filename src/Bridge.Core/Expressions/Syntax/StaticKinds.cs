using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions.Syntax;

/// <summary>What is known of values when an expression is parsed: finds comparisons that can never hold, and names that can never be there.</summary>
internal static class StaticKinds
{
    /// <summary><c>severity &gt;= "warning"</c>, <c>topic == "a/b"</c>, <c>severity in ["warning"]</c>.</summary>
    public static void CheckComparison(Problems problems, Node left, Node right, bool isIn)
    {
        var (root, other) = left is RootNode || isIn ? (left, right) : (right, left);
        if (root is RootNode { Name: "severity" or "now" or "topic" } && other is Literal literal && Text(literal.Value, isIn) is { } text)
        {
            var kind = KindOf(root)!.Value;
            var name = ((RootNode)root).Name;
            problems.Add(other.Span.Start, $"'{name}' is {kind.WithArticle()}, which a string never equals", CureOf(name, text));
        }
    }

    /// <summary><c>topic.name</c>, <c>severity.name</c>.</summary>
    public static void CheckMember(Problems problems, SourceSpan name, Node target)
    {
        if (target is RootNode { Name: var root } && KindOf(target) is { } kind)
        {
            problems.Add(name.Start, $"'{root}' is {kind.WithArticle()} and has no '{name.Text}'", root switch
            {
                "topic" => "write topic[0] for the first level, or topic_str for all of it",
                "items" => $"write: items | map('{name.Text}')",
                _ => $"write '{root}' alone",
            });
        }
    }

    /// <summary>The string that is compared with, or the first one in the list.</summary>
    private static string? Text(Value value, bool isIn) => (isIn, value.Kind) switch
    {
        (false, ValueKind.String) => value.Text,
        (true, ValueKind.List) => value.Items(Limits.Items).Where(item => item.Kind == ValueKind.String).Select(item => item.Text).FirstOrDefault(),
        _ => null,
    };

    private static ValueKind? KindOf(Node node) => node is not RootNode { Name: var name } ? null : name switch
    {
        "severity" => ValueKind.Severity,
        "now" => ValueKind.Time,
        "topic_str" or "route" => ValueKind.String,
        "topic" or "items" => ValueKind.List,
        _ => null,
    };

    private static string CureOf(string root, string text) => root switch
    {
        "severity" when Names.Constants.ContainsKey(text) => $"write {text} without quotes",
        "severity" => "write info, notice, warning or critical, without quotes",
        "topic" => "compare topic_str, or one level: topic[0]",
        _ => "compare its text: (now | time) > '22:00'",
    };
}
