namespace Bridge.Host.Metrics;

/// <summary>The counters as metrics.</summary>
internal static class CounterFamilies
{
    /// <summary>Of one metric: a label with more values than this would cost every scrape and every query dearly. The rest counts as <c>other</c>.</summary>
    public const int MostSamples = 200;

    public static IEnumerable<MetricFamily> Of(IReadOnlyDictionary<(string Name, string Label), long> totals) =>
        from total in totals
        where total.Key.Name != CounterFacts.CommitTime // the histogram's sum
        group (total.Key.Label, total.Value) by total.Key.Name into counter
        orderby counter.Key
        let fact = CounterFacts.Of(counter.Key)
        select MetricFamily.Counter(NameOf(fact), fact.Words, Samples(fact, [.. counter.OrderBy(sample => sample.Label, StringComparer.Ordinal)]));

    public static string NameOf(CounterFact fact) => $"bridge_{fact.Name.Replace('.', '_')}_total";

    private static List<Sample> Samples(CounterFact fact, List<(string Label, long Value)> counted)
    {
        var samples = counted.Take(MostSamples).Select(sample => new Sample(sample.Value, Labels(fact, sample.Label))).ToList();
        if (counted.Count > MostSamples)
        {
            samples.Add(new Sample(counted.Skip(MostSamples).Sum(sample => sample.Value), Labels(fact, fact.Labels.Length > 1 ? "other: other" : "other")));
        }

        return samples;
    }

    private static IReadOnlyList<(string Name, string Value)> Labels(CounterFact fact, string label)
    {
        if (fact.Labels.Length == 0 || (label.Length == 0 && fact.Labels is ["label"]))
        {
            return [];
        }

        var parts = label.Split(": ", fact.Labels.Length);
        return [.. fact.Labels.Select((name, index) => (name, index < parts.Length ? parts[index] : ""))];
    }
}
