namespace Bridge.Host.Configuration.Yaml;

/// <summary>Says in the user's terms why a text is no YAML, and where.</summary>
internal static class YamlProblem
{
    private static readonly (string Part, string Cure)[] s_cures =
    [
        ("invalid mapping", "put a text that contains ': ' into quotes"),
        ("cannot start any token", "put a text that begins with @, ` or % into quotes"),
        ("unknown escape character", "write \\\\ for a backslash, or use single quotes"),
        ("quoted scalar, found unexpected end", "close the quote"),
        ("flow sequence", "close the bracket ']'"),
        ("flow mapping", "close the brace '}'"),
        ("could not find expected ':'", "write 'key: value'"),
        ("expected <document end>", "align this line with the others of its map"),
        ("block mapping", "align this key with the others of its map"),
        ("block collection", "align this item with the others of its list"),
    ];

    public static void Report(string problem, int index, SourceText source, Report report)
    {
        if (FirstTabIndent(source.Text) is { } tab)
        {
            report.Add(DiagnosticKinds.TabIndent, source.At(tab), "YAML does not allow tabs as indentation");
            return;
        }

        if (LineQuotes.FirstTooEarly(source.Text, index) is { } quote)
        {
            var mark = source.Text[quote];
            report.Add(
                DiagnosticKinds.InvalidYaml, source.At(quote), $"the text in {(mark == '"' ? "double" : "single")} quotes ends here, and more follows",
                mark == '"' ? "inside double quotes write single ones ('), or \\\"" : "inside single quotes write double ones (\"), or ''");
            return;
        }

        var cure = BeginsWithTemplate(source.Text, index)
            ? "put a text that begins with {{ into quotes"
            : s_cures.FirstOrDefault(entry => problem.Contains(entry.Part, StringComparison.OrdinalIgnoreCase)).Cure;
        report.Add(DiagnosticKinds.InvalidYaml, source.At(index), Plain(problem), cure);
    }

    // text: {{ topic[1] }} is a map of a map to YAML.
    private static bool BeginsWithTemplate(string text, int index)
    {
        var start = index == 0 ? 0 : text.LastIndexOf('\n', index - 1) + 1;
        var end = text.IndexOf('\n', start);
        return text[start..(end < 0 ? text.Length : end)].Contains(": {{", StringComparison.Ordinal);
    }

    // "While scanning a plain scalar value, found invalid mapping." -> "while scanning a plain scalar value, found invalid mapping"
    private static string Plain(string message)
    {
        var first = message.Split('\n')[0].Trim().TrimEnd('.').Replace("  ", " ", StringComparison.Ordinal);
        return first.Length == 0 ? "this is not YAML" : char.ToLowerInvariant(first[0]) + first[1..];
    }

    private static int? FirstTabIndent(string text)
    {
        var indenting = true;
        for (var i = 0; i < text.Length; i++)
        {
            if (indenting && text[i] == '\t')
            {
                return i;
            }

            indenting = text[i] == '\n' || (indenting && text[i] == ' ');
        }

        return null;
    }
}
