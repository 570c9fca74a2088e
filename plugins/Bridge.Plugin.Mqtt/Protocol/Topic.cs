using System.Text;

namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>Topic names and filters (section 4.7). A fault is a sentence without the topic in it; null means none.</summary>
internal static class Topic
{
    private const int MaxBytes = ushort.MaxValue;

    /// <summary>What forbids publishing to it, or null.</summary>
    public static string? FaultOfName(string name) =>
        FaultOfText(name) ?? (name.AsSpan().ContainsAny('+', '#') ? "a topic name may not hold + or #" : null);

    /// <summary>What forbids subscribing to it, or null.</summary>
    public static string? FaultOfFilter(string filter)
    {
        if (FaultOfText(filter) is { } fault)
        {
            return fault;
        }

        if (!filter.AsSpan().ContainsAny('+', '#'))
        {
            return null;
        }

        var rest = filter.AsSpan();
        foreach (var range in rest.Split('/'))
        {
            var level = rest[range];
            if (level.Contains('+') && level.Length > 1)
            {
                return "+ stands for a whole level";
            }

            if (level.Contains('#') && (level.Length > 1 || range.End.Value != rest.Length))
            {
                return "# stands alone as the last level";
            }
        }

        return null;
    }

    /// <summary>Whether a valid filter matches a valid name. A wildcard in the first level does not match names that begin with <c>$</c>.</summary>
    public static bool Matches(string filter, string name)
    {
        if (name.StartsWith('$') && (filter.StartsWith('+') || filter.StartsWith('#')))
        {
            return false;
        }

        for (var (f, n) = (0, 0); ;)
        {
            var (filterEnd, nameEnd) = (LevelEnd(filter, f), LevelEnd(name, n));
            var level = filter.AsSpan(f, filterEnd - f);
            if (level is "#")
            {
                return true;
            }

            if (level is not "+" && !level.SequenceEqual(name.AsSpan(n, nameEnd - n)))
            {
                return false;
            }

            if (filterEnd == filter.Length || nameEnd == name.Length)
            {
                // "a/#" also matches "a" itself.
                return nameEnd == name.Length && (filterEnd == filter.Length || filter.AsSpan(filterEnd) is "/#");
            }

            (f, n) = (filterEnd + 1, nameEnd + 1);
        }
    }

    private static int LevelEnd(string text, int from)
    {
        var end = text.IndexOf('/', from);
        return end < 0 ? text.Length : end;
    }

    private static string? FaultOfText(string text)
    {
        if (text.Length == 0)
        {
            return "a topic may not be empty";
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "a topic may not hold U+0000";
        }

        return text.Length > MaxBytes / 3 && Encoding.UTF8.GetByteCount(text) > MaxBytes ? "a topic may not be longer than 65,535 bytes" : null;
    }
}
