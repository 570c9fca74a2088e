using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Bridge.Core;

/// <summary>
/// Tells log and counter of one fact in one call, so that they cannot disagree. One file per component adds its facts. No method takes text,
/// secrets or readable addresses: what it prints is unprintable by type where it is personal.
/// </summary>
public sealed partial class Telemetry : IDisposable
{
    /// <summary>Of the meter and of the traces.</summary>
    public const string SourceName = "Bridge";

    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, Counter<long>> _counters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Name, string Label), Total> _totals = new();

    // Nobody listens unless metrics are asked for; until then they cost nothing.
    private readonly Histogram<double> _commitTime;
    private readonly Histogram<double> _deliveryTime;

    public Telemetry(ILogger<Telemetry> logger)
    {
        _logger = logger;
        _commitTime = Meter.CreateHistogram<double>("bridge.store.commit_time", "s");
        _deliveryTime = Meter.CreateHistogram<double>("bridge.delivery.time", "s");
    }

    /// <summary>Everything that is counted or measured; for whoever listens.</summary>
    public Meter Meter { get; } = new(SourceName);

    /// <summary>Every counter with its label (a reason, an endpoint, or empty) since the start of the process; for <c>status</c>.</summary>
    public IReadOnlyDictionary<(string Name, string Label), long> Totals =>
        _totals.ToDictionary(total => total.Key, total => total.Value.Value);

    public void Dispose() => Meter.Dispose();

    /// <summary>Adds to <c>bridge.&lt;name&gt;</c>.</summary>
    private void Count(string name, string label = "", long by = 1)
    {
        if (!_totals.TryGetValue((name, label), out var total))
        {
            var counter = _counters.GetOrAdd(name, static (name, meter) => meter.CreateCounter<long>("bridge." + name), Meter);
            total = _totals.GetOrAdd((name, label), static (key, counter) => new Total(counter, key.Label), counter);
        }

        total.Add(by);
    }

    private sealed class Total(Counter<long> counter, string label)
    {
        private readonly KeyValuePair<string, object?> _label = new("label", label);
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Add(long by)
        {
            Interlocked.Add(ref _value, by);
            counter.Add(by, _label);
        }
    }
}
