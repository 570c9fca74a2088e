using Bridge.Core;
using Bridge.Core.Configuration;
using Bridge.Host.Health;
using Bridge.Host.Metrics;
using Microsoft.Extensions.Logging;

namespace Bridge.Host.Http;

/// <summary>The HTTP side of the daemon: a server and its pages.</summary>
internal sealed class WebSide : IAsyncDisposable
{
    private readonly TimeHistograms _times;
    private readonly WebServer _server;

    private WebSide(TimeHistograms times, WebServer server) => (_times, _server) = (times, server);

    public string Address => _server.Address;

    public static async Task<WebSide> StartAsync(
        HttpConfig config, DaemonState state, Telemetry telemetry, string dataFolder, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var times = new TimeHistograms(telemetry);
        var health = new HealthPages(state);
        var pages = new Dictionary<string, Page>(StringComparer.Ordinal)
        {
            ["/healthz"] = health.HealthAsync,
            ["/readyz"] = health.ReadinessAsync,
            ["/metrics"] = new MetricsPage(state, telemetry, times, dataFolder, clock).ReadAsync,
        };
        return new WebSide(times, await WebServer.StartAsync(config, pages, loggers, clock, cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _times.Dispose();
    }
}
