using Bridge.Abstractions;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>The host's HTTP side of one endpoint: hands over what comes below its path.</summary>
internal sealed class EndpointFront : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly string _root;
    private readonly KestrelServer _server;

    private EndpointFront(string endpoint)
    {
        _root = "/endpoints/" + endpoint;
        var options = new KestrelServerOptions();
        options.Listen(System.Net.IPAddress.Loopback, 0);
        _server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
    }

    /// <summary>Null: answers 503, as the host does while an endpoint does not run.</summary>
    public IServeHttp? Endpoint { get; set; }

    public Uri Url => new(_server.Features.Get<IServerAddressesFeature>()!.Addresses.First() + _root);

    public static async Task<EndpointFront> StartAsync(string endpoint = "matrix")
    {
        var front = new EndpointFront(endpoint);
        await front._server.StartAsync(front, CancellationToken.None);
        return front;
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        HttpReply reply;
        try
        {
            reply = Endpoint is { } endpoint ? await endpoint.ServeAsync(CallOf(context), context.RequestAborted) : new HttpReply(503, default);
        }
        catch (Exception)
        {
            reply = new HttpReply(500, default); // as the host does
        }

        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
    }

    private HttpCall CallOf(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        return new HttpCall(
            context.Request.Method,
            target[_root.Length..],
            [.. context.Request.Query.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.ToString()))],
            context.Request.Headers.ToDictionary(entry => entry.Key, entry => entry.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            context.Request.Body,
            context.Connection.RemoteIpAddress)
        {
            RawQuery = context.Request.QueryString.Value?.TrimStart('?') ?? "",
        };
    }
}
