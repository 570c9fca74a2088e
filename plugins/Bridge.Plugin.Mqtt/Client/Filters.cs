namespace Bridge.Plugin.Mqtt.Client;

/// <summary>How valid topic filters relate. Pure.</summary>
internal static class Filters
{
    /// <summary>
    /// The filters without those that another one covers: subscribed to both, a broker may send each message twice. In the same order.
    /// </summary>
    public static List<string> Reduce(IReadOnlyList<string> filters)
    {
        var wide = filters.Where(HasWildcard).ToList();
        return [.. filters.Where(filter => !wide.Exists(other => other != filter && Covers(other, filter)))];
    }

    /// <summary>Those that match a topic which another one of them matches too, after <see cref="Reduce"/>.</summary>
    public static List<string> Overlapping(IReadOnlyList<string> reduced)
    {
        // A name without wildcards that a filter matched would have been covered by it.
        var wide = reduced.Where(HasWildcard).ToList();
        return wide.FindAll(filter => wide.Exists(other => other != filter && Overlap(filter, other)));
    }

    /// <summary>Whether every topic that matches <paramref name="narrow"/> matches <paramref name="wide"/>.</summary>
    public static bool Covers(string wide, string narrow)
    {
        if (HidesFrom(wide, narrow))
        {
            return false;
        }

        var (w, n) = (wide.Split('/'), narrow.Split('/'));
        for (var i = 0; i < w.Length; i++)
        {
            if (w[i] == "#")
            {
                return true;
            }

            if (i == n.Length)
            {
                return false;
            }

            if (n[i] == "#" || (w[i] != "+" && w[i] != n[i]))
            {
                return false;
            }
        }

        return w.Length == n.Length;
    }

    /// <summary>Whether some topic matches both.</summary>
    public static bool Overlap(string one, string other)
    {
        if (HidesFrom(one, other) || HidesFrom(other, one))
        {
            return false;
        }

        var (a, b) = (one.Split('/'), other.Split('/'));
        for (var i = 0; ; i++)
        {
            if ((i < a.Length && a[i] == "#") || (i < b.Length && b[i] == "#"))
            {
                return true;
            }

            if (i == a.Length || i == b.Length)
            {
                return a.Length == b.Length;
            }

            if (a[i] != "+" && b[i] != "+" && a[i] != b[i])
            {
                return false;
            }
        }
    }

    private static bool HasWildcard(string filter) => filter.AsSpan().ContainsAny('+', '#');

    /// <summary>A wildcard in the first level does not match names that begin with <c>$</c>.</summary>
    private static bool HidesFrom(string wide, string narrow) => narrow.StartsWith('$') && (wide.StartsWith('+') || wide.StartsWith('#'));
}
