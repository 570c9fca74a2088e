namespace Bridge.Host.Metrics;

/// <summary>One metric with its samples, as the exposition format has them.</summary>
/// <param name="Name">Whole: with prefix, unit and <c>_total</c>.</param>
/// <param name="Type">counter, gauge or histogram.</param>
/// <param name="Help">One line for people.</param>
internal sealed record MetricFamily(string Name, string Type, string Help, IReadOnlyList<Sample> Samples)
{
    public static MetricFamily Gauge(string name, string help, params IReadOnlyList<Sample> samples) => new(name, "gauge", help, samples);

    public static MetricFamily Counter(string name, string help, params IReadOnlyList<Sample> samples) => new(name, "counter", help, samples);
}

/// <param name="Value">A number.</param>
/// <param name="Labels">In the order in which they are written.</param>
/// <param name="Suffix">Of a histogram's parts: <c>_bucket</c>, <c>_sum</c>, <c>_count</c>.</param>
internal sealed record Sample(double Value, IReadOnlyList<(string Name, string Value)> Labels, string Suffix = "")
{
    public static Sample Of(double value, params (string Name, string Value)[] labels) => new(value, labels);
}
