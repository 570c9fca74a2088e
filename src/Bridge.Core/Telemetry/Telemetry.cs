using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Bridge.Core;

/// <summary>
/// Tells log and counter of one fact in one call, so that they cannot disagree. One file per component adds its facts. No method takes text,
/// secrets or readable addresses: what it prints is unprintable by type where it is personal.
/// </summary>
public sealed partial class Telemetry(ILogger<Telemetry> logger) : IDisposable
{
    private readonly ILogger _logger = logger;
    private readonly Meter _meter = new("Bridge");
    private readonly ConcurrentDictionary<string, Counter<long>> _counters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Name, string Label), long> _totals = new();

    /// <summary>Every counter with its label (a reason, an endpoint, or empty) since the start of the process; for <c>status</c>.</summary>
    public IReadOnlyDictionary<(string Name, string Label), long> Totals => _totals;

    public void Dispose() => _meter.Dispose();

    /// <summary>Adds to <c>bridge.&lt;name&gt;</c>.</summary>
    private void Count(string name, string label = "", long by = 1)
    {
        _totals.AddOrUpdate((name, label), static (_, by) => by, static (_, old, by) => old + by, by);
        var counter = _counters.GetOrAdd(name, static (name, meter) => meter.CreateCounter<long>("bridge." + name), _meter);
        counter.Add(by, new KeyValuePair<string, object?>("label", label));
    }
}
