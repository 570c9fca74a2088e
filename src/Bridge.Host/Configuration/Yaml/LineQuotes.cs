namespace Bridge.Host.Configuration.Yaml;

/// <summary>Finds a quote inside a quoted text, which ends it too early: <c>text: "{{ x | default("?") }}"</c>.</summary>
internal static class LineQuotes
{
    /// <summary>
    /// The closing quote after which more follows, on the line of the index or the last line with text before it; null when there is none.
    /// </summary>
    public static int? FirstTooEarly(string text, int index)
    {
        var start = index == 0 ? 0 : text.LastIndexOf('\n', index - 1) + 1;
        var before = text.AsSpan(0, start).TrimEnd().Length;
        return InLine(text, start) ?? (before > 0 ? InLine(text, text.LastIndexOf('\n', before - 1) + 1) : null);
    }

    private static int? InLine(string text, int start)
    {
        var end = text.IndexOf('\n', start);
        end = end < 0 ? text.Length : end;
        var (inFlow, begins) = (false, true);
        for (var i = start; i < end; i++)
        {
            var c = text[i];
            if (c == '#' && (i == start || text[i - 1] == ' '))
            {
                return null;
            }

            if (begins && c is ('"' or '\''))
            {
                var close = Close(text, i, end);
                if (close < 0)
                {
                    return null;
                }

                var rest = text.AsSpan(close + 1, end - close - 1).TrimEnd();
                if (!MayFollow(rest, inFlow))
                {
                    return close;
                }

                i = close;
            }

            inFlow |= begins && c is ('{' or '[');
            begins = (c == ':' && i + 1 < end && text[i + 1] == ' ') || (inFlow && c is (',' or '[' or '{')) || (begins && c is (' ' or '-'));
        }

        return null;
    }

    private static bool MayFollow(ReadOnlySpan<char> rest, bool inFlow)
    {
        var next = rest.TrimStart();
        return next.IsEmpty || next[0] == ':' || (next[0] == '#' && rest[0] == ' ') || (inFlow && next[0] is (',' or '}' or ']'));
    }

    private static int Close(string text, int open, int end)
    {
        for (var i = open + 1; i < end; i++)
        {
            if (text[open] == '"' && text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == text[open])
            {
                if (text[open] == '"' || i + 1 == end || text[i + 1] != '\'')
                {
                    return i;
                }

                i++;
            }
        }

        return -1;
    }
}
