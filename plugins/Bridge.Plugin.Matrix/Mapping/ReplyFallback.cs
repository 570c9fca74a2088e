namespace Bridge.Plugin.Matrix.Mapping;

/// <summary>Until version 1.13 of the specification an answer began with the answered words, quoted. Pure.</summary>
internal static class ReplyFallback
{
    public static string Strip(string body)
    {
        if (!body.StartsWith("> <", StringComparison.Ordinal) && !body.StartsWith("> * <", StringComparison.Ordinal))
        {
            return body; // a quotation that its sender wrote
        }

        var rest = body.AsSpan();
        while (rest.StartsWith("> ") || rest.StartsWith(">\n"))
        {
            var end = rest.IndexOf('\n');
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return rest.TrimStart('\n').ToString();
    }
}
