using System.Diagnostics;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugins.Tests.Mqtt.Transport;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>The broker's listeners with real clients: every transport, version and quality of service.</summary>
public sealed class TransportTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData("mqtt", "5")]
    [InlineData("mqtts", "5")]
    [InlineData("ws", "5")]
    [InlineData("wss", "5")]
    [InlineData("mqtt", "3.1.1")]
    [InlineData("mqtts", "3.1.1")]
    [InlineData("ws", "3.1.1")]
    [InlineData("wss", "3.1.1")]
    public async Task Npm_mqtt_speaks_every_quality_of_service_both_ways(string scheme, string protocol)
    {
        await using var broker = await ListenAsync();
        await using var client = await NodeClient.ConnectAsync(
            broker.PortOf(scheme), protocol, new { clientId = "c", host = "localhost", protocol = scheme, path = "/mqtt", ca = _certificates.Ca });
        for (var qos = 0; qos <= 2; qos++)
        {
            Assert.Equal(qos, (int)(await client.SubscribeAsync($"down/{qos}", new { qos }))["result"]![0]!);
            Assert.Null((await client.PublishAsync("up", $"{qos}", new { qos }))["error"]);
            await broker.ReceivedAsync(qos + 1);
            Assert.IsType<SendResult.Delivered>(await broker.Send($"down/{qos}", new string('x', 100_000), new Property("qos", $"{qos}")));
            var message = await client.MessageAsync();
            Assert.Equal(($"down/{qos}", qos, "100000 x x"), ((string)message["topic"]!, (int)message["qos"]!, (string)message["message"]!));
        }

        Assert.Equal(["0", "1", "2"], broker.Texts);
        await client.EndAsync();
    }

    [Theory]
    [InlineData("mqtt", "5")]
    [InlineData("mqtts", "5")]
    [InlineData("mqtt", "3.1.1")]
    [InlineData("mqtts", "3.1.1")]
    public async Task Mosquitto_speaks_every_quality_of_service_both_ways(string scheme, string protocol)
    {
        await using var broker = await ListenAsync();
        string[] tls = scheme == "mqtts" ? ["--cafile", _certificates.Ca] : [];
        foreach (var qos in (string[])["0", "1", "2"])
        {
            using var subscriber = await MosquittoTool.SubscribeAsync(broker.PortOf(scheme), protocol, [.. tls, "-t", "a", "-q", qos, "-C", "50", "-F", "%q %p"]);
            Assert.Equal(0, await MosquittoTool.PublishAsync(
                broker.PortOf(scheme), protocol, [.. tls, "-t", "a", "-q", qos, "-l"], string.Concat(Enumerable.Range(0, 50).Select(i => $"{i}\n"))));
            Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{qos} {i}"), await MosquittoTool.MessagesAsync(subscriber));
        }
    }

    [Fact]
    public async Task A_certificate_names_its_user_and_one_that_nobody_signed_names_none()
    {
        var options = Options() with
        {
            Tls = new EmbeddedTls { Cert = new(_certificates.Server.Cert), Key = new(_certificates.Server.Key), Ca = new(_certificates.Ca), CertificateUser = true },
            Users = new Dictionary<string, EmbeddedUser> { ["client"] = new() { Publish = ["own/%u/#"] } },
        };
        await using var broker = await RunningBroker.RunAsync(options);
        string[] own = ["--cafile", _certificates.Ca, "--cert", _certificates.Client.Cert, "--key", _certificates.Client.Key];
        Assert.Equal(0, await MosquittoTool.PublishAsync(broker.PortOf("mqtts"), "5", [.. own, "-t", "own/client/x", "-q", "1", "-m", "heard"]));
        await MosquittoTool.PublishAsync(broker.PortOf("mqtts"), "5", [.. own, "-t", "own/other/x", "-q", "1", "-m", "refused"]);
        var other = _certificates.Issue("stranger");
        Assert.NotEqual(0, await MosquittoTool.PublishAsync(
            broker.PortOf("mqtts"), "5", ["--cafile", _certificates.Ca, "--cert", other.Cert, "--key", other.Key, "-t", "own/client/x", "-m", "no such user"]));
        Assert.NotEqual(0, await MosquittoTool.PublishAsync(broker.PortOf("mqtts"), "5", ["--cafile", _certificates.Ca, "-t", "own/client/x", "-m", "no certificate"]));
        Assert.Equal(["heard"], broker.Texts);
        await broker.DroppedAsync("TLS or WebSocket did not come about");
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart_and_a_broken_one_never()
    {
        var server = _certificates.Issue("renewed");
        await using var broker = await RunningBroker.RunAsync(
            Options() with { Tls = new EmbeddedTls { Cert = new(server.Cert), Key = new(server.Key) } });
        var first = await FingerprintAsync(broker.PortOf("mqtts"));
        await File.WriteAllTextAsync(server.Key, "half written", TestContext.Current.CancellationToken);
        Assert.Equal(first, await FingerprintAsync(broker.PortOf("mqtts")));
        _certificates.Issue("renewed", toDay: 400);
        Assert.NotEqual(first, await FingerprintAsync(broker.PortOf("mqtts")));
    }

    [Fact]
    public async Task A_listener_that_cannot_be_had_is_the_end_of_all_with_its_reason()
    {
        await using var first = await ListenAsync();
        await using var second = await RunningBroker.RunAsync(Options() with { Tls = null, Listen = ["127.0.0.1:0", $"ws://127.0.0.1:{first.PortOf("ws")}"] });
        Assert.Contains("is in use by another program", (await Assert.ThrowsAsync<IOException>(() => second.Running)).Message, StringComparison.Ordinal);
        await using var third = await RunningBroker.RunAsync(
            Options() with { Tls = new EmbeddedTls { Cert = new("/nowhere.pem"), Key = new(_certificates.Server.Key) } });
        Assert.Contains("the file of embedded.tls.cert does not exist", (await Assert.ThrowsAsync<IOException>(() => third.Running)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_page_from_elsewhere_is_refused()
    {
        await using var broker = await RunningBroker.RunAsync(Options() with { Origins = ["https://panel.lan"] });
        foreach (var (origin, status) in (IEnumerable<(string, string)>)[("https://evil.example", "403"), ("https://panel.lan", "101")])
        {
            await using var client = await RawClient.OpenAsync(broker.PortOf("ws"));
            await client.SendBytesAsync(System.Text.Encoding.ASCII.GetBytes(
                $"GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n"
                + $"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nOrigin: {origin}\r\n\r\n"));
            Assert.StartsWith($"HTTP/1.1 {status}", await client.ReadLineAsync(), StringComparison.Ordinal);
        }
    }

    private static async Task<string> FingerprintAsync(int port)
    {
        using var openssl = Process.Start(new ProcessStartInfo("sh", ["-c", $"openssl s_client -connect 127.0.0.1:{port} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var fingerprint = await openssl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("Fingerprint", fingerprint, StringComparison.Ordinal);
        return fingerprint;
    }

    private EmbeddedOptions Options() => new()
    {
        Listen = ["127.0.0.1:0", "mqtts://127.0.0.1:0", "ws://127.0.0.1:0/mqtt", "wss://127.0.0.1:0"],
        Tls = new EmbeddedTls { Cert = new(_certificates.Server.Cert), Key = new(_certificates.Server.Key) },
    };

    private Task<RunningBroker> ListenAsync() => RunningBroker.RunAsync(Options());
}
