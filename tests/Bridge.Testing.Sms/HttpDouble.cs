using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bridge.Testing.Sms;

/// <summary>A gateway that listens for HTTP, and can go away and come back at the same address.</summary>
internal abstract class HttpDouble : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private KestrelServer? _server;

    protected int Port { get; private set; }

    /// <summary>Listens; again on the same port.</summary>
    public async Task OpenAsync()
    {
        var options = new KestrelServerOptions();
        options.Listen(System.Net.IPAddress.Loopback, Port);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        await _server.StartAsync(this, CancellationToken.None);
        Port = new Uri(_server.Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    /// <summary>Goes away.</summary>
    public async Task CloseAsync()
    {
        await _server!.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public abstract Task ProcessRequestAsync(HttpContext context);

    public virtual async ValueTask DisposeAsync() => await CloseAsync();
}
