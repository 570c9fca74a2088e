using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>A broker that does what a test tells it, packet by packet, for what no real broker can be made to do.</summary>
internal sealed class ScriptedBroker : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedBroker() => _listener.Start();

    public Uri Url => new($"mqtt://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Accepts the next connection, up to its CONNECT.</summary>
    public async Task<Connection> NextAsync(ProtocolVersion version = ProtocolVersion.V5)
    {
        var connection = new Connection(await _listener.AcceptTcpClientAsync(Patience()), version);
        connection.Connect = await connection.ReadAsync<ConnectPacket>();
        return connection;
    }

    /// <summary>Accepts the next connection and answers CONNECT and, when there are filters, SUBSCRIBE.</summary>
    public async Task<Connection> WelcomeAsync(
        bool sessionPresent = false, bool subscribes = true, ProtocolVersion version = ProtocolVersion.V5, MqttProperties properties = default)
    {
        var connection = await NextAsync(version);
        await connection.WriteAsync(new ConnAckPacket { SessionPresent = sessionPresent, Properties = properties });
        if (subscribes)
        {
            var subscribe = await connection.ReadAsync<SubscribePacket>();
            await connection.WriteAsync(new SubAckPacket { PacketId = subscribe.PacketId, Reasons = [ReasonCode.GrantedQoS1] });
        }

        return connection;
    }

    public void Dispose() => _listener.Dispose();

    private static CancellationToken Patience() => new CancellationTokenSource(TimeSpan.FromSeconds(10)).Token;

    internal sealed class Connection : IDisposable
    {
        private readonly TcpClient _client;
        private readonly PacketReader _reader;
        private readonly ProtocolVersion _version;
        private readonly Queue<MqttPacket> _read = new();

        public Connection(TcpClient client, ProtocolVersion version)
        {
            _client = client;
            _version = version;
            _reader = new PacketReader(PipeReader.Create(client.GetStream()), 1_000_000, version);
        }

        public ConnectPacket Connect { get; set; } = null!;

        /// <summary>The client asks next whether we live.</summary>
        public async Task AnswerPingAsync()
        {
            await FillAsync();
            Xunit.Assert.IsType<PingReqPacket>(_read.Dequeue());
            await WriteAsync(new PingRespPacket());
        }

        /// <summary>The next packet, pings aside, which are answered; null when the client has closed.</summary>
        public async Task<MqttPacket?> ReadAsync()
        {
            while (true)
            {
                while (_read.TryDequeue(out var packet))
                {
                    if (packet is not PingReqPacket)
                    {
                        return packet;
                    }

                    await WriteAsync(new PingRespPacket());
                }

                if (!await FillAsync())
                {
                    return null;
                }
            }
        }

        /// <summary>Whether the client had written more than was read by now.</summary>
        public bool HasMore => _read.Any(packet => packet is not PingReqPacket);

        public async Task<T> ReadAsync<T>()
            where T : MqttPacket => Xunit.Assert.IsType<T>(await ReadAsync());

        public async Task WriteAsync(params MqttPacket[] packets)
        {
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            foreach (var packet in packets)
            {
                PacketEncoder.Write(output, packet, _version);
            }

            await WriteAsync(output.WrittenMemory);
        }

        public async Task WriteAsync(ReadOnlyMemory<byte> bytes) => await _client.GetStream().WriteAsync(bytes, Patience());

        public static PublishPacket Publish(ushort id, string text, bool dup = false) =>
            new() { Topic = "a", QoS = QoS.AtLeastOnce, PacketId = id, Payload = Payload.FromText(text), Dup = dup };

        public void Dispose() => _client.Dispose();

        private async Task<bool> FillAsync()
        {
            var packets = new List<MqttPacket>();
            var more = _read.Count > 0 || await _reader.ReadAsync(packets, Patience());
            packets.ForEach(_read.Enqueue);
            return more;
        }
    }
}
