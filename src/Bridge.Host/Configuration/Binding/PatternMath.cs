using Bridge.Abstractions;

namespace Bridge.Host.Configuration.Binding;

/// <summary>What can be said about address patterns without an event: their form, and how they relate.</summary>
internal static class PatternMath
{
    /// <summary>What is wrong with the pattern's form; null when it is well formed.</summary>
    public static string? Problem(string pattern, AddressStyle style)
    {
        if (style == AddressStyle.Plain)
        {
            return pattern.Contains('*') && pattern != "*" ? "'*' stands alone here: the exact address, or endpoint:* for all" : null;
        }

        var levels = pattern.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i].Contains('+') && levels[i] != "+")
            {
                return "'+' must be a whole level";
            }

            if (levels[i].Contains('#') && (levels[i] != "#" || i < levels.Length - 1))
            {
                return "'#' must be the whole last level";
            }
        }

        return null;
    }

    /// <summary>How patterns of this style are written.</summary>
    public static string Cure(AddressStyle style) => style == AddressStyle.Plain
        ? "write the exact address, or endpoint:* for all"
        : "write '+' for one whole level, and '#' only as the last level, for all the rest";

    /// <summary>
    /// True when every address that <paramref name="narrow"/> (a pattern or an address) matches is matched by <paramref name="wide"/>.
    /// </summary>
    public static bool Covers(string wide, string narrow, AddressStyle style)
    {
        if (style == AddressStyle.Plain)
        {
            return wide == "*" || wide == narrow;
        }

        var (mine, other) = (wide.Split('/'), narrow.Split('/'));
        for (var i = 0; i < mine.Length; i++)
        {
            if (mine[i] == "#")
            {
                return true;
            }

            if (i >= other.Length || other[i] == "#" || (mine[i] != "+" && mine[i] != other[i]))
            {
                return false;
            }
        }

        return mine.Length == other.Length;
    }

    /// <summary>True when some address is matched by both.</summary>
    public static bool Overlap(string left, string right, AddressStyle style)
    {
        if (style == AddressStyle.Plain)
        {
            return left == "*" || right == "*" || left == right;
        }

        var (mine, other) = (left.Split('/'), right.Split('/'));
        for (var i = 0; i < Math.Min(mine.Length, other.Length); i++)
        {
            if (mine[i] == "#" || other[i] == "#")
            {
                return true;
            }

            if (mine[i] != other[i] && mine[i] != "+" && other[i] != "+")
            {
                return false;
            }
        }

        // "a/#" also matches "a" (MQTT 5 section 4.7.1.2).
        return mine.Length == other.Length || (mine.Length == other.Length + 1 && mine[^1] == "#") || (other.Length == mine.Length + 1 && other[^1] == "#");
    }
}
