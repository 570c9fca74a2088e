using Bridge.Core;
using Bridge.Core.Configuration;
using Bridge.Core.Endpoints;
using Bridge.Host.Admin;
using Bridge.Host.Api;
using Bridge.Host.Health;
using Bridge.Host.Metrics;
using Microsoft.Extensions.Logging;

namespace Bridge.Host.Http;

/// <summary>The HTTP side of the daemon: a server, its pages, the API, and the way to the endpoints.</summary>
internal sealed class WebSide : IAsyncDisposable
{
    private readonly TimeHistograms _times;
    private readonly EndpointCalls _calls;
    private readonly ApiCalls _api;
    private readonly WebServer _server;

    private WebSide(TimeHistograms times, EndpointCalls calls, ApiCalls api, WebServer server) => (_times, _calls, _api, _server) = (times, calls, api, server);

    public string Address => _server.Address;

    public static async Task<WebSide> StartAsync(
        HttpConfig config, DaemonState state, Telemetry telemetry, string dataFolder, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var times = new TimeHistograms(telemetry);
        var calls = new EndpointCalls(telemetry, clock);
        var api = new ApiCalls(telemetry, clock);
        var health = new HealthPages(state);
        var pages = new Dictionary<string, Page>(StringComparer.Ordinal)
        {
            ["/healthz"] = health.HealthAsync,
            ["/readyz"] = health.ReadinessAsync,
            ["/metrics"] = new MetricsPage(state, telemetry, times, dataFolder, clock).ReadAsync,
        };
        var branches = new Dictionary<string, Branch>(StringComparer.Ordinal) { [EndpointCalls.Root] = calls.AnswerAsync, [ApiCalls.Root] = api.AnswerAsync };
        return new WebSide(times, calls, api, await WebServer.StartAsync(config, new Site(pages, branches, api.MayRead), loggers, clock, cancellationToken));
    }

    /// <summary>Lets networks call endpoints: those of now, and whatever a reload makes of them.</summary>
    public void ServeEndpoints(IEndpointDirectory endpoints) => _calls.Serve(endpoints);

    /// <summary>Answers commands to who shows one of <c>access.tokens</c>.</summary>
    public void ServeApi(CommandRunner commands, Func<AccessConfig> access) => _api.Serve(commands, access);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _times.Dispose();
    }
}
