using System.Collections.Concurrent;
using Bridge.Abstractions;
using Microsoft.Extensions.Logging;

namespace Bridge.Core;

public sealed partial class Telemetry
{
    public void EndpointConnected(EndpointId endpoint)
    {
        Log.Connected(_logger, endpoint);
        Count("endpoint.connected", endpoint.Value);
    }

    /// <param name="again">The same reason as last time: said quietly.</param>
    public void EndpointLost(EndpointId endpoint, string reason, TimeSpan wait, bool again)
    {
        Log.Lost(_logger, again ? LogLevel.Debug : LogLevel.Warning, endpoint, reason, wait.TotalSeconds);
        Count("endpoint.lost", endpoint.Value);
    }

    public void EndpointHangs(EndpointId endpoint)
    {
        Log.Hangs(_logger, endpoint);
        Count("endpoint.hung", endpoint.Value);
    }

    public void EndpointDisposeFailed(EndpointId endpoint, string reason) => Log.DisposeFailed(_logger, endpoint, reason);

    /// <summary>A reload changed its options, and its connections were kept.</summary>
    public void EndpointAdapted(EndpointId endpoint)
    {
        Log.Adapted(_logger, endpoint);
        Count("endpoint.adapted", endpoint.Value);
    }

    public void EndpointAdaptFailed(EndpointId endpoint, string reason) => Log.AdaptFailed(_logger, endpoint, reason);

    /// <summary>A fact that people look for at start, such as a listening address.</summary>
    public void EndpointSays(EndpointId endpoint, string fact) => Log.Says(_logger, endpoint, fact);

    /// <summary>Counts what this endpoint drops.</summary>
    public IDropCounter DropsOf(EndpointId endpoint) => new EndpointDrops(this, endpoint);

    // Reasons come from a plugin, which may put what it likes into them: each different one would be kept for ever.
    private sealed class EndpointDrops(Telemetry telemetry, EndpointId endpoint) : IDropCounter
    {
        private const int MostReasons = 40;
        private const int LongestReason = 100;
        private readonly ConcurrentDictionary<string, string> _labels = new(StringComparer.Ordinal);

        public void Dropped(string reason, int count = 1)
        {
            Log.Dropped(telemetry._logger, endpoint, reason, count);
            telemetry.Count("endpoint.dropped", LabelOf(reason), count);
        }

        private string LabelOf(string reason) =>
            _labels.TryGetValue(reason, out var known) ? known
            : reason.Length > LongestReason || _labels.Count >= MostReasons ? $"{endpoint}: other reasons"
            : _labels.GetOrAdd(reason, $"{endpoint}: {reason}");
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "Endpoint {Endpoint} is connected")]
        public static partial void Connected(ILogger logger, EndpointId endpoint);

        [LoggerMessage(EventId = 1002, Message = "Endpoint {Endpoint}: {Reason}; next try in {Seconds:0.0} s")]
        public static partial void Lost(ILogger logger, LogLevel level, EndpointId endpoint, string reason, double seconds);

        [LoggerMessage(1003, LogLevel.Warning, "Endpoint {Endpoint} did not stop in time and was left behind")]
        public static partial void Hangs(ILogger logger, EndpointId endpoint);

        [LoggerMessage(1004, LogLevel.Warning, "Endpoint {Endpoint} could not be disposed: {Reason}")]
        public static partial void DisposeFailed(ILogger logger, EndpointId endpoint, string reason);

        [LoggerMessage(1005, LogLevel.Information, "Endpoint {Endpoint}: {Fact}")]
        public static partial void Says(ILogger logger, EndpointId endpoint, string fact);

        [LoggerMessage(1007, LogLevel.Information, "Endpoint {Endpoint} took its changed configuration without a restart")]
        public static partial void Adapted(ILogger logger, EndpointId endpoint);

        [LoggerMessage(1008, LogLevel.Warning, "Endpoint {Endpoint} failed to take its changed configuration and is restarted: {Reason}")]
        public static partial void AdaptFailed(ILogger logger, EndpointId endpoint, string reason);

        [LoggerMessage(1006, LogLevel.Debug, "Endpoint {Endpoint} dropped {Count}: {Reason}")]
        public static partial void Dropped(ILogger logger, EndpointId endpoint, string reason, int count);
    }
}
