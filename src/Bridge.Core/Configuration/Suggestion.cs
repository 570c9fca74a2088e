namespace Bridge.Core.Configuration;

/// <summary>Finds what was probably meant by a word that is not known.</summary>
public static class Suggestion
{
    private const int LongestWord = 64;

    /// <summary><c>did you mean 'until'?</c>, or null when nothing is near.</summary>
    public static string? For(string word, IEnumerable<string> known, int most = int.MaxValue) => Nearest(word, known, most) is { } near ? $"did you mean '{near}'?" : null;

    /// <summary>The known word that is fewest slips away, at most a third of the word and <paramref name="most"/>; null when there is none.</summary>
    public static string? Nearest(string word, IEnumerable<string> known, int most = int.MaxValue)
    {
        if (word.Length is 0 or > LongestWord)
        {
            return null;
        }

        most = Math.Min(most, Math.Max(1, (word.Length + 1) / 3));
        return known
            .Where(candidate => candidate.Length <= LongestWord)
            .Select(candidate => (Candidate: candidate, Slips: Distance(word, candidate)))
            .Where(pair => pair.Slips <= most && pair.Slips < word.Length)
            .OrderBy(pair => pair.Slips)
            .Select(pair => pair.Candidate)
            .FirstOrDefault();
    }

    // Optimal string alignment: insertion, deletion, replacement or a swap of neighbours is one slip; upper and lower case are the same.
    private static int Distance(string from, string to)
    {
        var cost = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            cost[i, 0] = i;
        }

        for (var j = 0; j <= to.Length; j++)
        {
            cost[0, j] = j;
        }

        for (var i = 1; i <= from.Length; i++)
        {
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = cost[i - 1, j - 1] + (Same(from[i - 1], to[j - 1]) ? 0 : 1);
                cost[i, j] = Math.Min(replaced, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && Same(from[i - 1], to[j - 2]) && Same(from[i - 2], to[j - 1]))
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[from.Length, to.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
