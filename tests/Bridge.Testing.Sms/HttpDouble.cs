using System.Net;
using System.Net.Sockets;
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
        options.Listen(IPAddress.Loopback, Port);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        await _server.StartAsync(this, CancellationToken.None);
        Port = new Uri(_server.Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    /// <summary>Goes away, and is gone: a listener that was closed just now may still let one in for a moment, and hang up on it.</summary>
    public async Task CloseAsync()
    {
        await _server!.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
        while (await IsThereAsync())
        {
            await Task.Yield();
        }
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public abstract Task ProcessRequestAsync(HttpContext context);

    public virtual async ValueTask DisposeAsync() => await CloseAsync();

    private async Task<bool> IsThereAsync()
    {
        using var caller = new TcpClient();
        try
        {
            await caller.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
