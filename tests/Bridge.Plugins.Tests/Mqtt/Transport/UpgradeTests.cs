using System.Text;
using Bridge.Plugin.Mqtt.Protocol.Transport;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt.Transport;

/// <summary>The WebSocket opening handshake of a stranger.</summary>
public sealed class UpgradeTests
{
    private const string Good =
        "GET /mqtt HTTP/1.1\r\nHost: broker.lan:9001\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqttv3.1, mqtt\r\n\r\n";

    private static readonly WebSocketRules s_rules = new("/mqtt", ["https://panel.lan"]);

    [Fact]
    public void A_handshake_is_read_and_answered_as_RFC_6455_shows()
    {
        var request = Parse(Good);
        Assert.Equal(new UpgradeRequest("/mqtt", "dGhlIHNhbXBsZSBub25jZQ==", Origin: null), request);
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", WebSocketHandshake.AcceptOf(request.Key));
    }

    [Theory]
    [InlineData("GET /mqtt HTTP/1.1", "POST /mqtt HTTP/1.1", 405)]
    [InlineData("GET /mqtt HTTP/1.1", "GET /mqtt HTTP/1.0", 400)]
    [InlineData("GET /mqtt HTTP/1.1", "GET  /mqtt HTTP/1.1", 400)]
    [InlineData("GET /mqtt", "GET http://x/mqtt", 400)]
    [InlineData("GET /mqtt", "GET /other", 404)]
    [InlineData("Host: broker.lan:9001\r\n", "", 400)]
    [InlineData("Host: broker.lan:9001\r\n", "Host: a\r\nHost: b\r\n", 400)]
    [InlineData("Host: broker.lan:9001\r\n", "Host: a\r\nContent-Length: 3\r\n", 400)]
    [InlineData("Host: ", "Host : ", 400)]
    [InlineData("Host: ", " folded\r\nHost: ", 400)]
    [InlineData("Host: ", "Host\n: ", 400)]
    [InlineData("Upgrade: websocket\r\n", "", 426)]
    [InlineData("Connection: keep-alive, Upgrade", "Connection: close", 426)]
    [InlineData("Version: 13", "Version: 8", 426)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "!", 400)]
    [InlineData("mqttv3.1, mqtt", "chat", 400)]
    [InlineData("\r\n\r\n", "\r\nX: \u0001\r\n\r\n", 400)]
    [InlineData("\r\n\r\n", "\r\nOrigin: https://evil.example\r\n\r\n", 403)]
    public void Whatever_is_not_such_a_handshake_is_refused_with_a_status(string part, string instead, int status)
    {
        var refusal = Assert.Throws<UpgradeRefusal>(() => Parse(Good.Replace(part, instead, StringComparison.Ordinal)).Check(s_rules));
        Assert.Equal(status, refusal.Status);
    }

    [Fact]
    public void A_page_that_is_allowed_may_connect() => Parse(Good.Replace("\r\n\r\n", "\r\nOrigin: https://panel.lan\r\n\r\n", StringComparison.Ordinal)).Check(s_rules);

    [Fact]
    public async Task A_refused_client_is_answered_and_an_endless_head_ends()
    {
        foreach (var (sent, answer) in ((string, string)[])[("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "426 "), (new string('a', 20_000), "431 "), (Good + "x", "400 ")])
        {
            var stream = new Conversation(Encoding.ASCII.GetBytes(sent));
            await Assert.ThrowsAsync<TransportException>(
                () => WebSocketHandshake.AnswerAsync(stream, s_rules, TimeProvider.System, TestContext.Current.CancellationToken));
            Assert.StartsWith($"HTTP/1.1 {answer}", stream.Answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Mutated_handshakes_do_no_harm()
    {
        var random = new Random(104);
        var sample = Encoding.ASCII.GetBytes(Good);
        var before = GC.GetAllocatedBytesForCurrentThread();
        const int Rounds = 50_000;
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = sample.ToList();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                var at = random.Next(bytes.Count - 4);
                bytes[at] = random.Next(3) == 0 ? (byte)random.Next(256) : bytes[random.Next(bytes.Count)];
            }

            try
            {
                UpgradeRequest.Parse([.. bytes]).Check(s_rules);
            }
            catch (UpgradeRefusal)
            {
                // The documented exception.
            }
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 0, 20_000);
    }

    private static UpgradeRequest Parse(string text) => UpgradeRequest.Parse(Encoding.Latin1.GetBytes(text));

    /// <summary>A connection whose peer has said all it will say.</summary>
    private sealed class Conversation(byte[] said) : MemoryStream(said)
    {
        private readonly MemoryStream _answer = new();

        public string Answer => Encoding.ASCII.GetString(_answer.ToArray());

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _answer.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
