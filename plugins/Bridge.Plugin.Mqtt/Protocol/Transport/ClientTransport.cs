using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace Bridge.Plugin.Mqtt.Protocol.Transport;

/// <summary>How a broker is reached: TCP (<c>mqtt</c>), TLS (<c>mqtts</c>), WebSocket (<c>ws</c>), WebSocket over TLS (<c>wss</c>).</summary>
/// <param name="url">Checked by the options.</param>
/// <param name="certificates">Used with TLS.</param>
/// <param name="verify">False accepts any certificate of the broker.</param>
/// <param name="clock">For closing and for what is said of dates.</param>
internal sealed class ClientTransport(Uri url, CertificateFiles certificates, bool verify, TimeProvider clock)
{
    private static readonly Oid s_serverAuthentication = new("1.3.6.1.5.5.7.3.1");

    public bool IsSecure => url.Scheme is "mqtts" or "wss";

    public bool IsWebSocket => url.Scheme is "ws" or "wss";

    public int Port => url.Port > 0 ? url.Port : DefaultPort(url.Scheme);

    /// <summary>Connects, and shakes the hands of TLS and WebSocket. Disposing the stream closes the connection.</summary>
    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(url.DnsSafeHost, Port, cancellationToken);
            stream = new NetworkStream(socket, ownsSocket: true);
            stream = IsSecure ? await SecureAsync(stream, cancellationToken) : stream;
            return IsWebSocket ? await UpgradeAsync(stream, cancellationToken) : stream;
        }
        catch
        {
            socket.Dispose();
            await (stream?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    private static int DefaultPort(string scheme) => scheme switch { "mqtts" => 8883, "ws" => 80, "wss" => 443, _ => 1883 };

    private async Task<Stream> SecureAsync(Stream connection, CancellationToken cancellationToken)
    {
        var files = certificates.Read();
        var fault = new CertificateFault(clock);
        var stream = new SslStream(connection);
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = url.DnsSafeHost,
                    ClientCertificateContext = files.Own?.Context,
                    CertificateChainPolicy = files.Policy(s_serverAuthentication),
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) => !verify || fault.IsNone(certificate, chain, errors),
                    EnabledSslProtocols = SslProtocols.None,
                },
                cancellationToken);
            return stream;
        }
        catch (Exception problem) when (problem is AuthenticationException or IOException)
        {
            await stream.DisposeAsync();
            throw new TransportException(fault.Sentence ?? TlsAlert.Explain(problem, files.Own) ?? TlsAlert.NotTls, problem);
        }
    }

    private async Task<Stream> UpgradeAsync(Stream connection, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, _) => new(connection), UseProxy = false, AllowAutoRedirect = false, UseCookies = false };
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(UpgradeRequest.Subprotocol);
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            // TLS is beneath already, so the framework is not to begin it again.
            await socket.ConnectAsync(new UriBuilder(url) { Scheme = "ws", Port = Port }.Uri, invoker, cancellationToken);
        }
        catch (WebSocketException problem)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw new TransportException(
                status is 0 or 101
                    ? "the broker does not speak WebSocket on this port: use the port of its WebSocket listener, or mqtt:// or mqtts://"
                    : $"the broker refused the WebSocket with HTTP status {status}: check path and port of 'url'; many brokers want the path /mqtt",
                problem);
        }

        if (socket.SubProtocol != UpgradeRequest.Subprotocol)
        {
            socket.Dispose();
            throw new TransportException("the server at this port does not speak MQTT over its WebSocket: check path and port of 'url'");
        }

        return new BinaryMessageStream(socket, clock);
    }
}
