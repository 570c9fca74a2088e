using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugins.Tests.Mqtt.Transport;
using Bridge.Testing.Mqtt;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>The client at the real Mosquitto over TCP, TLS, mutual TLS, WebSocket and WebSocket over TLS, in both versions, at every quality of service.</summary>
public sealed class EveryTransportTests(EveryTransportTests.Listeners listeners) : IClassFixture<EveryTransportTests.Listeners>
{
    private const int Count = 20;

    public static TheoryData<string, string> Transports =>
        new(from transport in (string[])["mqtt", "mqtts", "mutual", "ws", "wss"] from protocol in (string[])["5", "3.1.1"] select (transport, protocol));

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Messages_pass_both_ways_once_and_in_order(string transport, string protocol)
    {
        var topic = $"{transport}/{protocol}";
        await using var receiving = new RunningEndpoint(listeners.Options(transport, protocol, $"r-{topic}"), [$"{topic}/#"]);
        await using var sending = new RunningEndpoint(listeners.Options(transport, protocol, $"s-{topic}"), []);
        await Task.WhenAll(receiving.ConnectedAsync(), sending.ConnectedAsync());
        foreach (var qos in (string[])["0", "1", "2"])
        {
            var sends = Enumerable.Range(0, Count).Select(i => sending.Send(RunningEndpoint.Data($"{topic}/{qos}", $"{qos} {i} {new string('x', i * 100)}", qos)));
            Assert.All(await Task.WhenAll(sends), result => Assert.IsType<SendResult.Delivered>(result));
        }

        await receiving.ReceivedAsync(3 * Count);
        var events = receiving.Memory.Snapshot(all => all.Select(inbound => (inbound.Address.Rest, ((DataReported)inbound.Event).Hints[0].Value)).ToList());
        foreach (var qos in (string[])["0", "1", "2"])
        {
            Assert.Equal(
                Enumerable.Range(0, Count).Select(i => $"{qos} {i}"),
                receiving.Texts.Where(text => text.StartsWith(qos, StringComparison.Ordinal)).Select(text => text[..text.LastIndexOf(' ')]));
            Assert.Equal(Count, events.Count(entry => entry == ($"{topic}/{qos}", qos)));
        }

        Assert.Empty(receiving.Failures);
        Assert.Empty(sending.Failures);
    }

    [Fact]
    public async Task A_broker_that_wants_a_certificate_or_another_one_is_explained()
    {
        await ExpectAsync(listeners.Options("mutual", "5", "none") with { Tls = new TlsOptions { Ca = new(listeners.Certificates.Ca) } }, "write 'tls.cert' and 'tls.key'");
        using var others = new TestCertificates();
        var tls = new TlsOptions { Ca = new(listeners.Certificates.Ca), Cert = new(others.Client.Cert), Key = new(others.Client.Key) };
        await ExpectAsync(listeners.Options("mutual", "5", "other") with { Tls = tls }, "does not accept Bridge's certificate ('tls.cert')");
        await ExpectAsync(listeners.Options("mqtts", "5", "system") with { Tls = null }, "write the file of that authority's certificate as 'tls.ca'");
        await ExpectAsync(listeners.Options("ws", "5", "plain") with { Url = listeners.UrlOf("mqtt", "ws") }, "does not speak WebSocket on this port");
        await ExpectAsync(listeners.Options("mqtts", "5", "plain") with { Url = listeners.UrlOf("mqtt", "mqtts") }, "names the port of its TLS listener");
    }

    [Fact]
    public async Task A_renewed_client_certificate_is_used_without_a_restart()
    {
        var (cert, key) = listeners.Certificates.Issue("renewed");
        var tls = new TlsOptions { Ca = new(listeners.Certificates.Ca), Cert = new(cert), Key = new(key) };
        await using var endpoint = new RunningEndpoint(listeners.Options("mutual", "5", "renewing") with { Tls = tls }, ["renewed/#"]);
        await endpoint.ConnectedAsync();
        File.WriteAllText(cert, "half a file");
        listeners.Certificates.Issue("renewed", toDay: 300);
        await endpoint.ConnectedAsync(2);
        Assert.Contains("the certificate files have changed", Assert.Single(endpoint.Failures).Message, StringComparison.Ordinal);
        Assert.IsType<SendResult.Delivered>(await endpoint.Send(RunningEndpoint.Data("x", "y")));
    }

    private static async Task ExpectAsync(MqttOptions options, string sentence)
    {
        await using var endpoint = new RunningEndpoint(options, []);
        await endpoint.UntilAsync(running => running.Failures.Count > 0, "refused");
        Assert.Contains(sentence, endpoint.Failures[0].Message, StringComparison.Ordinal);
    }

    /// <summary>One broker with a listener of each kind.</summary>
    public sealed class Listeners : IAsyncLifetime
    {
        private readonly Dictionary<string, int> _ports = [];
        private MosquittoBroker? _broker;

        internal TestCertificates Certificates { get; } = new();

        public async ValueTask InitializeAsync()
        {
            foreach (var name in (string[])["mqtts", "mutual", "ws", "wss"])
            {
                _ports[name] = MosquittoBroker.FreePort();
            }

            string[] secure = [$"cafile {Certificates.Ca}", $"certfile {Certificates.Server.Cert}", $"keyfile {Certificates.Server.Key}"];
            _broker = await MosquittoBroker.StartNewAsync(
            [
                $"listener {_ports["mqtts"]} 127.0.0.1", .. secure,
                $"listener {_ports["mutual"]} 127.0.0.1", .. secure, "require_certificate true",
                $"listener {_ports["ws"]} 127.0.0.1", "protocol websockets",
                $"listener {_ports["wss"]} 127.0.0.1", "protocol websockets", .. secure,
            ]);
            _ports["mqtt"] = _broker.Port;
        }

        internal Uri UrlOf(string listener, string scheme) => new($"{scheme}://localhost:{_ports[listener]}{(scheme[0] == 'w' ? "/mqtt" : "")}");

        internal MqttOptions Options(string transport, string protocol, string clientId) => new()
        {
            Url = UrlOf(transport, transport == "mutual" ? "mqtts" : transport),
            Protocol = protocol,
            Session = new SessionOptions { ClientId = clientId },
            Tls = transport is "mqtt" or "ws"
                ? null
                : new TlsOptions
                {
                    Ca = new(Certificates.Ca),
                    Cert = transport == "mutual" ? new(Certificates.Client.Cert) : null,
                    Key = transport == "mutual" ? new(Certificates.Client.Key) : null,
                },
        };

        public async ValueTask DisposeAsync()
        {
            await (_broker?.DisposeAsync() ?? ValueTask.CompletedTask);
            Certificates.Dispose();
        }
    }
}
