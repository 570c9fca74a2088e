using Bridge.Host.Admin;
using Bridge.Host.Metrics;

namespace Bridge.Host.Cli;

/// <summary>The counters in words, for people; programs get their names with <c>--json</c>.</summary>
internal static class CounterWords
{
    // What explains nothing by itself is for programs.
    private static readonly string[] s_forPrograms = ["intake.typing_not_routed", "intake.held_for_answer", "store.writes", "keys.unlocked", "routing.relations", "delivery.pending"];

    /// <summary>What is counted, of what, and how much.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Rows(IReadOnlyList<CounterReport> counters)
    {
        var known = counters.ToLookup(counter => counter.Name, StringComparer.Ordinal);
        return [.. CounterFacts.All.Where(fact => !s_forPrograms.Contains(fact.Name)).SelectMany(fact => known[fact.Name].Select(counter => (string[])[fact.Words, Label(counter), Value(counter)]))];
    }

    private static string Label(CounterReport counter) =>
        counter.Name == "routing.verdicts" ? System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(counter.Label).Replace('-', ' ') : counter.Label;

    private static string Value(CounterReport counter) =>
        counter.Name == CounterFacts.CommitTime ? $"{TimeSpan.FromMicroseconds(counter.Value).TotalSeconds:0.0} s" : $"{counter.Value}";
}
