using System.Net;
using System.Net.Sockets;
using Bridge.Core.Configuration;
using Bridge.Host.Daemon;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bridge.Host.Http;

/// <summary>
/// The daemon's HTTP side: Kestrel alone, without the web framework's host, container and routing, which would cost more memory than the rest of the
/// daemon. Nothing of it is loaded unless <c>http:</c> is configured.
/// </summary>
internal sealed class WebServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private readonly KestrelServer _server;

    private WebServer(KestrelServer server) => _server = server;

    /// <summary>Where it listens; the port is the real one when 0 was asked for.</summary>
    public string Address => _server.Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Throws <see cref="StartException"/> when the address cannot be listened on.</summary>
    public static async Task<WebServer> StartAsync(
        HttpConfig config, Site site, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        var server = new KestrelServer(Options.Create(OptionsOf(config)), transport, loggers);
        try
        {
            await server.StartAsync(new Requests(site, new Gate(config, clock, site.MayRead), clock), cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException or AddressInUseException)
        {
            server.Dispose();
            throw new StartException($"http.listen: {config.Listen} cannot be listened on: {failure.Message.TrimEnd('.')}", "choose another address or port, or end the program that has it");
        }

        return new WebServer(server);
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        await _server.StopAsync(patience.Token);
        _server.Dispose();
    }

    private static KestrelServerOptions OptionsOf(HttpConfig config)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = 100;
        options.Limits.MaxRequestLineSize = 2 * 1024;
        options.Limits.MaxRequestHeadersTotalSize = 8 * 1024;
        options.Limits.MaxRequestHeaderCount = 50;
        options.Limits.MaxRequestBufferSize = 64 * 1024;
        options.Limits.MaxRequestBodySize = 0; // raised for each call of an endpoint that says how much it takes
        options.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        var shares = new ConnectionShares(each: 20, together: 80);
        options.Listen(config.Listen, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => ServeAsync(connection, shares, next));
        });
        return options;
    }

    private static async Task ServeAsync(ConnectionContext connection, ConnectionShares shares, ConnectionDelegate next)
    {
        using var share = shares.TryEnter((connection.RemoteEndPoint as IPEndPoint)?.Address);
        if (share is not null)
        {
            await next(connection);
        }
    }
}
