using System.Text.RegularExpressions;

namespace Bridge.Host.Tests.Proofs.Walk;

/// <summary>Compares what a page shows with what was printed: what differs from run to run is the same in both, and <c>...</c> stands for anything.</summary>
internal static partial class Transcript
{
    private const string Anything = "...";

    /// <summary>Null when the page shows the output of a command, whole.</summary>
    public static string? Difference(IReadOnlyList<string> shown, IReadOnlyList<string> printed) => Difference(shown, printed, Whole);

    /// <summary>Null when what the page shows of a log came in that order; other lines may stand between.</summary>
    public static string? DifferenceInLog(IReadOnlyList<string> shown, IReadOnlyList<string> printed) => Difference(shown, printed, InOrder);

    private static string? Difference(IReadOnlyList<string> shown, IReadOnlyList<string> printed, Func<List<string>, List<string>, bool> right)
    {
        var expected = Normal(shown.Where(line => !line.StartsWith("bridge: building ", StringComparison.Ordinal)));
        var actual = Normal(printed);
        return right(expected, actual) ? null : $"the page shows\n    {string.Join("\n    ", expected)}\n  but it prints\n    {string.Join("\n    ", actual)}";
    }

    private static bool InOrder(List<string> expected, List<string> actual)
    {
        var next = 0;
        return expected.TrueForAll(line => (next = actual.FindIndex(next, printed => Matches(line, printed)) + 1) > 0);
    }

    private static bool Whole(List<string> expected, List<string> actual) => Whole(expected, 0, actual, 0);

    private static bool Whole(List<string> expected, int at, List<string> actual, int line)
    {
        for (; at < expected.Count; at++, line++)
        {
            if (expected[at] == Anything)
            {
                return Enumerable.Range(line, actual.Count - line + 1).Any(next => Whole(expected, at + 1, actual, next));
            }

            if (line >= actual.Count || !Matches(expected[at], actual[line]))
            {
                return false;
            }
        }

        return line == actual.Count;
    }

    private static bool Matches(string expected, string actual) => expected == actual
        || (expected.Contains(Anything, StringComparison.Ordinal)
            && Regex.IsMatch(actual, "^" + string.Join(".*", expected.Split(Anything).Select(Regex.Escape)) + "$", RegexOptions.NonBacktracking));

    /// <summary>Without the empty lines at the end.</summary>
    private static List<string> Normal(IEnumerable<string> lines) => [.. lines.Select(Normal).Reverse().SkipWhile(line => line.Length == 0).Reverse()];

    private static string Normal(string line)
    {
        line = Colour().Replace(line, "").Replace("\r", "", StringComparison.Ordinal);
        line = EventName().Replace(line, "<id>");
        line = Moment().Replace(line, "<time>");
        line = TimeOfDay().Replace(line, "<time>");
        line = Mask().Replace(line, "#<mask>");
        line = Process().Replace(line, "process <pid>");
        line = LongHex().Replace(line, "<hex>");
        line = Amount().Replace(line, "<amount>");
        return Spaces().Replace(line, " ").Trim();
    }

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>]")]
    private static partial Regex Colour();

    /// <summary>A whole id, or the beginning of one as lists show it.</summary>
    [GeneratedRegex(@"\b0[0-9a-f]{7}-[0-9a-f]{4}-7[0-9a-f]{3}(-[0-9a-f]{4}-[0-9a-f]{12})?")]
    private static partial Regex EventName();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:?\d\d)?")]
    private static partial Regex Moment();

    [GeneratedRegex(@"\b\d\d:\d\d(:\d\d)?\b(?!\.)")]
    private static partial Regex TimeOfDay();

    [GeneratedRegex(@"#[0-9a-f]{6}\b")]
    private static partial Regex Mask();

    [GeneratedRegex(@"\bprocess \d+")]
    private static partial Regex Process();

    [GeneratedRegex(@"\b[0-9a-f]{16,}\b")]
    private static partial Regex LongHex();

    [GeneratedRegex(@"\b[\d,]+(\.\d+)? ?(ms|µs|s|kB|MB|GB|bytes)\b")]
    private static partial Regex Amount();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
