using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Microsoft.Extensions.Logging;

namespace Bridge.Core;

public sealed partial class Telemetry
{
    private static readonly string[] s_answers = ["1xx", "2xx", "3xx", "4xx", "5xx"];

    /// <summary>An endpoint answered a request that its network made.</summary>
    public void HttpServed(EndpointId endpoint, int status) => Count("http.endpoint_calls", $"{endpoint}: {s_answers[Math.Clamp(status / 100, 1, 5) - 1]}");

    /// <summary>A request was turned away before an endpoint or a command saw it. The reason is a constant of ours.</summary>
    public void HttpRefused(string reason)
    {
        Log.HttpRefused(_logger, reason);
        Count("http.refused", reason);
    }

    /// <param name="again">It failed a moment ago too: said quietly, for whoever asks may ask often.</param>
    public void HttpFailed(EndpointId endpoint, Exception failure, bool again)
    {
        var why = FailureReason.Of(failure);
        Log.HttpFailed(_logger, again ? LogLevel.Debug : LogLevel.Warning, endpoint, why);
        Count("http.endpoint_failures", endpoint.Value);
    }

    /// <param name="token">Its name in the configuration.</param>
    public void ApiAnswered(string token, int status)
    {
        Log.ApiAnswered(_logger, token, status);
        Count("http.api_calls", $"{token}: {s_answers[Math.Clamp(status / 100, 1, 5) - 1]}");
    }

    private static partial class Log
    {
        [LoggerMessage(1801, LogLevel.Debug, "An HTTP request was turned away: {Reason}")]
        public static partial void HttpRefused(ILogger logger, string reason);

        [LoggerMessage(1803, LogLevel.Debug, "The management API answered {Token}: {Status}")]
        public static partial void ApiAnswered(ILogger logger, string token, int status);

        [LoggerMessage(EventId = 1802, Message = "Endpoint {Endpoint} failed on an HTTP request: {Reason}")]
        public static partial void HttpFailed(ILogger logger, LogLevel level, EndpointId endpoint, string reason);
    }
}
