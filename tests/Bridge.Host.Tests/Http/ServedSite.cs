using System.Net;
using System.Net.Sockets;
using System.Text;
using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Configuration;
using Bridge.Core.Endpoints;
using Bridge.Host.Health;
using Bridge.Host.Http;
using Bridge.Testing.Endpoints;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Host.Tests.Http;

/// <summary>The real HTTP side on a port of its own, and endpoints that really run, made by the directory that a reload changes.</summary>
internal sealed class ServedSite : IAsyncDisposable
{
    private readonly WebSide _web;
    private readonly EndpointDirectory _directory;

    private ServedSite(WebSide web, EndpointDirectory directory, Telemetry telemetry, ManualClock clock)
    {
        (_web, _directory, Telemetry, Clock) = (web, directory, telemetry, clock);
        Client = new HttpClient { BaseAddress = new Uri(web.Address), Timeout = TimeSpan.FromSeconds(20) };
    }

    public HttpClient Client { get; }

    public Telemetry Telemetry { get; }

    public ManualClock Clock { get; }

    public static async Task<ServedSite> StartAsync(params (string Name, IEndpoint Endpoint)[] endpoints)
    {
        var (clock, telemetry) = (new ManualClock(), new Telemetry(NullLogger<Telemetry>.Instance));
        var web = await WebSide.StartAsync(
            new HttpConfig(new IPEndPoint(IPAddress.Loopback, 0)), new DaemonState(), telemetry, Path.GetTempPath(), NullLoggerFactory.Instance, clock, TestContext.Current.CancellationToken);
        var known = endpoints.ToDictionary(endpoint => new EndpointId(endpoint.Name), endpoint => endpoint.Endpoint);
        var around = new EndpointSupervisor.Surroundings((_, _, _, _) => Task.FromResult<IReadOnlyList<EventId>>([]), _ => { }, telemetry, clock);
        var directory = new EndpointDirectory(
            config =>
            {
                var endpoint = config.Options as IEndpoint ?? known[config.Id];
                var handle = new EndpointHandle(config.Id, endpoint, new EndpointLimits(), clock);
                return new CreatedEndpoint(handle, new EndpointSupervisor(handle, endpoint, AddressFilter.Everything, around, new Random(1)));
            },
            _ => { });
        var site = new ServedSite(web, directory, telemetry, clock);
        directory.Start();
        await site.ApplyAsync([.. endpoints.Select(endpoint => ConfigOf(endpoint.Name, endpoint.Endpoint))]);
        web.ServeEndpoints(directory);
        return site;
    }

    public static EndpointConfig ConfigOf(string name, IEndpoint endpoint, string fingerprint = "1") =>
        new() { Id = new EndpointId(name), Plugin = "fake", Options = endpoint, Fingerprint = fingerprint };

    public EndpointPhase PhaseOf(string name) => _directory.Find(new EndpointId(name))!.Status.Phase;

    /// <summary>As a reload does; waits until everything has connected.</summary>
    public async Task ApplyAsync(params EndpointConfig[] endpoints)
    {
        await _directory.ApplyAsync(endpoints);
        await UntilAsync(() => _directory.All.All(handle => handle.Status.Phase == EndpointPhase.Connected));
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.True(tries < 2_000, "the condition did not come true");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Sends bytes as they are, and gives what comes back until the server has nothing more to say.</summary>
    public async Task<string> SendRawAsync(string request, bool closes = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Client.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        if (closes)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }

        using var reader = new StreamReader(stream, Encoding.Latin1);
        try
        {
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return ""; // reset: it wanted no more of it
        }
    }

    public async Task<HttpStatusCode> AskAsync(string path)
    {
        using var response = await Client.GetAsync(path, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    public long Counted(string name, string label) => Telemetry.Totals.GetValueOrDefault((name, label));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        var stopping = _directory.StopAsync();
        for (; !stopping.IsCompleted; Clock.Advance(TimeSpan.FromSeconds(1)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        }

        await stopping;
        await _web.DisposeAsync();
        Telemetry.Dispose();
    }
}
