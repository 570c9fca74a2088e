using System.Net;
using System.Net.Sockets;
using Bridge.Plugin.Mqtt.Protocol.Transport;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt.Transport;

/// <summary>Our own client against our own listener, over every transport; and what each says of the other's faults.</summary>
public sealed class TransportTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public TransportTests() => _listener.Start();

    [Theory]
    [InlineData("mqtt", false)]
    [InlineData("mqtts", false)]
    [InlineData("mqtts", true)]
    [InlineData("ws", false)]
    [InlineData("wss", false)]
    [InlineData("wss", true)]
    public async Task Bytes_go_both_ways_and_a_cancelled_read_breaks_nothing(string scheme, bool mutual)
    {
        var serving = AcceptAsync(scheme, mutual);
        await using var client = await Client(scheme, _certificates.Client).ConnectAsync(Patience());
        await using var server = await serving;
        using var cancelling = new CancellationTokenSource();
        var reading = client.ReadAsync(new byte[1], cancelling.Token).AsTask();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        var large = new byte[300_000];
        new Random(1).NextBytes(large);
        await client.WriteAsync(large, Patience());
        await client.FlushAsync(Patience());
        var received = new byte[large.Length];
        await server.ReadExactlyAsync(received, Patience());
        Assert.Equal(large, received);
        await server.WriteAsync(large.AsMemory(0, 10), Patience());
        await client.ReadExactlyAsync(received.AsMemory(0, 10), Patience());

        await client.DisposeAsync();
        Assert.Equal(0, await server.ReadAsync(new byte[1], Patience()));
    }

    [Theory]
    [InlineData("wronghost", "is for another host name")]
    [InlineData("expired", "expired on")]
    [InlineData("early", "check the clocks")]
    [InlineData("unknown", "write the file of that authority's certificate as 'tls.ca'")]
    public async Task A_certificate_that_is_not_accepted_is_explained(string what, string sentence)
    {
        using var others = new TestCertificates();
        var certificate = what switch
        {
            "wronghost" => _certificates.Issue(what, "other.example"),
            "expired" => _certificates.Issue(what, fromDay: -10, toDay: -2),
            "early" => _certificates.Issue(what, fromDay: 2),
            _ => others.Server,
        };
        var serving = AcceptAsync("mqtts", mutual: false, certificate);
        var problem = await Assert.ThrowsAsync<TransportException>(() => Client("mqtts").ConnectAsync(Patience()));
        Assert.Contains(sentence, problem.Message, StringComparison.Ordinal);
        await GoneAsync(serving);
    }

    [Fact]
    public async Task A_listener_that_speaks_no_TLS_is_explained()
    {
        var serving = RefuseAsync();
        var problem = await Assert.ThrowsAsync<TransportException>(() => Client("mqtts").ConnectAsync(Patience()));
        Assert.Contains("names the port of its TLS listener", problem.Message, StringComparison.Ordinal);
        await serving;
    }

    [Theory]
    [InlineData("cert", "missing.pem", "", "the file of tls.cert does not exist")]
    [InlineData("cert", "empty.pem", "", "tls.cert holds no certificate in PEM form")]
    [InlineData("key", "other.key", "", "does not belong to the certificate in tls.cert")]
    [InlineData("key", "text.key", "hello", "tls.key holds no private key in PEM form")]
    [InlineData("key", "locked.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----", "is protected by a passphrase")]
    public void A_file_that_cannot_serve_is_explained(string option, string name, string text, string sentence)
    {
        var path = name switch
        {
            "missing.pem" => "/nowhere/at.all",
            "other.key" => _certificates.Server.Key,
            _ => _certificates.Write(name, text),
        };
        var (cert, key) = option == "cert" ? (path, _certificates.Client.Key) : (_certificates.Client.Cert, path);
        var problem = Assert.Throws<TransportException>(() => new CertificateFiles(ca: null, cert, key, "tls").Read());
        Assert.Contains(sentence, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewed_certificate_counts_from_the_next_connection_on()
    {
        var files = new CertificateFiles(_certificates.Ca, _certificates.Client.Cert, _certificates.Client.Key, "tls");
        var first = files.Read();
        Assert.Same(first, files.Read());
        _certificates.Issue("client", toDay: 400);
        Assert.True(files.AreRenewed());
        Assert.NotEqual(first.Own!.Ends, files.Read().Own!.Ends);
        Assert.False(files.AreRenewed());
        var serving = AcceptAsync("mqtts", mutual: true);
        await using var client = await Client("mqtts", _certificates.Client).ConnectAsync(Patience());
        await using var server = await serving;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _certificates.Dispose();
    }

    private static CancellationToken Patience() => new CancellationTokenSource(TimeSpan.FromSeconds(10)).Token;

    private async Task<Stream> AcceptAsync(string scheme, bool mutual, (string Cert, string Key)? certificate = null)
    {
        var (cert, key) = certificate ?? _certificates.Server;
        var files = scheme is "mqtts" or "wss" ? new CertificateFiles(mutual ? _certificates.Ca : null, cert, key, "embedded.tls") : null;
        var transport = new ServerTransport(files, scheme is "ws" or "wss" ? new WebSocketRules("/mqtt", []) : null, TimeProvider.System);
        var socket = await _listener.AcceptSocketAsync(Patience());
        return (await transport.AcceptAsync(new NetworkStream(socket, ownsSocket: true), Patience())).Stream;
    }

    /// <summary>In TLS 1.3 the listener is content before the client is.</summary>
    private static async Task GoneAsync(Task<Stream> serving)
    {
        try
        {
            await using var server = await serving;
        }
        catch (Exception problem) when (problem is TransportException or IOException)
        {
            // It noticed.
        }
    }

    private async Task RefuseAsync()
    {
        using var socket = await _listener.AcceptSocketAsync(Patience());
        await socket.SendAsync(new byte[] { 0x20, 2, 0, 0 }, Patience());
        await socket.ReceiveAsync(new byte[1000], Patience());
    }

    private ClientTransport Client(string scheme, (string Cert, string Key)? own = null)
    {
        var url = new Uri($"{scheme}://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/{(scheme[0] == 'w' ? "mqtt" : "")}");
        return new ClientTransport(url, new CertificateFiles(_certificates.Ca, own?.Cert, own?.Key, "tls"), verify: true, TimeProvider.System);
    }
}
