using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Stop;

/// <summary>What the types of <see cref="StopOptions"/> cannot say.</summary>
internal static class StopChecks
{
    /// <param name="options">Of the endpoint.</param>
    /// <param name="kind">What it speaks by; null where no way is written, which is another fault.</param>
    public static IEnumerable<OptionProblem> Of(SmsOptions options, DriverKind? kind)
    {
        if (options.Stop is not { } stop)
        {
            yield break;
        }

        if (stop.Words.Count == 0)
        {
            yield return new("stop.words", "without a word nobody can stop anything", "write [STOP], or leave 'words' out");
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (option, words) in ((string, EquatableArray<string>)[])
            [("stop.words", stop.Words), ("stop.start_words", StopWords.StartWordsOf(stop, kind)), ("stop.help_words", stop.HelpWords)])
        {
            foreach (var word in words)
            {
                if (StopWords.Bare(word).Length == 0 || word.Any(char.IsWhiteSpace))
                {
                    yield return new(option, $"'{word}' is not one word", "write single words of letters or digits, such as STOP");
                }
                else if (!seen.Add(StopWords.Bare(word)))
                {
                    yield return new(option, $"'{word}' is written twice, and can mean one thing only", "remove one of the two");
                }
            }
        }
    }
}
