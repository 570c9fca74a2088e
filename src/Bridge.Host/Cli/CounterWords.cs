using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary>The counters in words, for people; programs get their names with <c>--json</c>.</summary>
internal static class CounterWords
{
    private const string CommitTime = "store.commit_microseconds";

    // In the order in which they are shown. What is not here is for programs: it explains nothing by itself.
    private static readonly IReadOnlyList<(string Name, string Words)> s_words =
    [
        ("intake.accepted", "events stored"),
        ("intake.unrouted", "data that no route concerned"),
        ("intake.duplicates", "repeats recognised"),
        ("intake.echoes", "echoes of our own recognised"),
        ("intake.started_over", "batches refused, to be sent again"),
        ("routing.verdicts", "verdicts of routes"),
        ("routing.destinations_not_built", "destinations that could not be built"),
        ("routing.memory_full", "keys not remembered: too many"),
        ("routing.memory_unreadable", "memories that could not be read"),
        ("routing.failures", "inputs on which the rules failed"),
        ("delivery.delivered", "delivered"),
        ("delivery.sent", "sent, report expected"),
        ("delivery.read", "read"),
        ("delivery.deferred", "attempts put off"),
        ("delivery.uncertain", "became uncertain"),
        ("delivery.partial", "became partial"),
        ("delivery.failed", "failed"),
        ("delivery.expired", "expired"),
        ("delivery.superseded", "superseded by an edit"),
        ("delivery.cancelled", "cancelled by a delete"),
        ("delivery.dropped", "dropped"),
        ("delivery.steered", "by a person"),
        ("delivery.parkings", "times deliveries were parked"),
        ("delivery.held", "times a limit held deliveries back"),
        ("delivery.results_not_recorded", "results that could not be stored at once"),
        ("delivery.lane_not_read", "times deliveries could not be read"),
        ("delivery.report_unmatched", "reports on something unknown"),
        ("delivery.report_waits", "reports that wait for the next start"),
        ("delivery.report_unreadable", "reports that could not be read"),
        ("delivery.endpoint_misbehaved", "faults of the plugin"),
        ("delivery.faults", "faults of our own in delivery"),
        ("endpoint.connected", "times connected"),
        ("endpoint.lost", "times the connection was lost or refused"),
        ("endpoint.dropped", "dropped on arrival"),
        ("endpoint.hung", "times it did not stop in time"),
        ("store.commits", "commits"),
        (CommitTime, "time spent committing"),
        ("store.failures", "writes that failed"),
        ("store.recoveries", "times the store worked again"),
        ("store.orphans", "unfinished files removed"),
    ];

    /// <summary>What is counted, of what, and how much.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Rows(IReadOnlyList<CounterReport> counters)
    {
        var known = counters.ToLookup(counter => counter.Name, StringComparer.Ordinal);
        return [.. s_words.SelectMany(word => known[word.Name].Select(counter => (string[])[word.Words, Label(counter), Value(counter)]))];
    }

    private static string Label(CounterReport counter) =>
        counter.Name == "routing.verdicts" ? System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(counter.Label).Replace('-', ' ') : counter.Label;

    private static string Value(CounterReport counter) =>
        counter.Name == CommitTime ? $"{TimeSpan.FromMicroseconds(counter.Value).TotalSeconds:0.0} s" : $"{counter.Value}";
}
