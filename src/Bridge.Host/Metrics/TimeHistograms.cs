using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Bridge.Core;

namespace Bridge.Host.Metrics;

/// <summary>How long things took: listens to the histograms of <see cref="Telemetry"/>, which cost nothing while nobody does.</summary>
internal sealed class TimeHistograms : IDisposable
{
    private static readonly double[] s_bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, string Label), Series> _series = new();

    public TimeHistograms(Telemetry telemetry)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is Histogram<double> && ReferenceEquals(instrument.Meter, telemetry.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => SeriesOf(instrument, tags).Add(value));
        _listener.Start();
    }

    public IEnumerable<MetricFamily> Families =>
        from fact in TimeFact.All
        let label = fact.Label
        let series = _series.Where(series => series.Key.Name == fact.Instrument).OrderBy(series => series.Key.Label, StringComparer.Ordinal)
        select new MetricFamily(
            fact.Name, "histogram", fact.Words, [.. series.SelectMany(one => one.Value.Samples(label is null ? [] : [(label, one.Key.Label)]))]);

    public void Dispose() => _listener.Dispose();

    private Series SeriesOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (instrument.Name, tags.Length > 0 ? tags[0].Value as string ?? "" : "");
        return _series.TryGetValue(key, out var known) ? known : _series.GetOrAdd(key, new Series());
    }

    private sealed class Series
    {
        private readonly Lock _lock = new();
        private readonly long[] _counts = new long[s_bounds.Length + 1];
        private double _sum;

        public void Add(double value)
        {
            var bucket = Array.BinarySearch(s_bounds, value);
            lock (_lock)
            {
                _counts[bucket < 0 ? ~bucket : bucket]++;
                _sum += value;
            }
        }

        public IEnumerable<Sample> Samples((string Name, string Value)[] labels)
        {
            long[] counts;
            double sum;
            lock (_lock)
            {
                (counts, sum) = ([.. _counts], _sum);
            }

            var below = 0L;
            for (var bucket = 0; bucket < counts.Length; bucket++)
            {
                below += counts[bucket];
                var bound = bucket < s_bounds.Length ? s_bounds[bucket] : double.PositiveInfinity;
                yield return new Sample(below, [.. labels, ("le", PrometheusText.Number(bound))], "_bucket");
            }

            yield return new Sample(sum, labels, "_sum");
            yield return new Sample(below, labels, "_count");
        }
    }
}

/// <summary>A time that is measured.</summary>
/// <param name="Instrument">As <see cref="Telemetry"/> calls it.</param>
/// <param name="Name">As a metric.</param>
/// <param name="Label">What its label says; null when it has none.</param>
internal sealed record TimeFact(string Instrument, string Name, string Words, string? Label = null)
{
    public static IReadOnlyList<TimeFact> All { get; } =
    [
        new("bridge.store.commit_time", "bridge_store_commit_time_seconds", "time one commit took"),
        new("bridge.delivery.time", "bridge_delivery_time_seconds", "time from the acceptance of an event to its hand-over", "endpoint"),
    ];
}
