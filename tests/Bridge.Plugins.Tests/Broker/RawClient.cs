using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>A client that does exactly what it is told, packet by packet: also what a well-behaved one never would.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly NetworkStream _stream;
    private readonly PacketReader _reader;
    private readonly ProtocolVersion _version;
    private readonly Queue<MqttPacket> _read = new();

    private RawClient(Socket socket, ProtocolVersion version)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _version = version;
        _reader = new PacketReader(PipeReader.Create(_stream), maxPacketSize: 2_000_000, version);
    }

    public ConnAckPacket Answer { get; private set; } = new();

    public static ConnectPacket Hello(string clientId, bool clean = true, uint? expiry = null, ProtocolVersion version = ProtocolVersion.V5) => new()
    {
        Version = version,
        ClientId = clientId,
        CleanStart = clean,
        Properties = expiry is { } seconds ? new([MqttProperty.Of(PropertyId.SessionExpiryInterval, seconds)]) : default,
    };

    public static async Task<RawClient> OpenAsync(int port, ProtocolVersion version = ProtocolVersion.V5)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return new RawClient(socket, version);
    }

    public static async Task<RawClient> ConnectAsync(int port, ConnectPacket connect)
    {
        var client = await OpenAsync(port, connect.Version);
        await client.SendAsync(connect);
        client.Answer = await client.ReadAsync<ConnAckPacket>();
        return client;
    }

    public async Task SendAsync(params MqttPacket[] packets)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var packet in packets)
        {
            PacketEncoder.Write(output, packet, _version);
        }

        await SendBytesAsync(output.WrittenMemory);
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    public Task PublishAsync(string topic, string text, ushort id = 0, bool retain = false, bool dup = false) => SendAsync(new PublishPacket
    {
        Topic = topic,
        Payload = Payload.FromText(text),
        QoS = id == 0 ? QoS.AtMostOnce : QoS.AtLeastOnce,
        PacketId = id,
        Retain = retain,
        Dup = dup,
    });

    /// <summary>One whole exchange of QoS 2; the reasons of its two answers.</summary>
    public async Task<(ReasonCode Received, ReasonCode Completed)> PublishOnceAsync(string topic, string text, ushort id)
    {
        await SendAsync(Once(topic, text, id));
        var received = await ReadAsync<PubRecPacket>();
        await SendAsync(new PubRelPacket { PacketId = id });
        return (received.Reason, (await ReadAsync<PubCompPacket>()).Reason);
    }

    public static PublishPacket Once(string topic, string text, ushort id, bool dup = false) =>
        new() { Topic = topic, Payload = Payload.FromText(text), QoS = QoS.ExactlyOnce, PacketId = id, Dup = dup };

    public Task<SubAckPacket> SubscribeAsync(string filter, QoS qos = QoS.AtLeastOnce) => SubscribeAsync(new Subscription(filter, qos));

    public async Task<SubAckPacket> SubscribeAsync(params Subscription[] subscriptions)
    {
        await SendAsync(new SubscribePacket { PacketId = 7, Subscriptions = [.. subscriptions] });
        return await ReadAsync<SubAckPacket>();
    }

    /// <summary>The next packet, which must be of this type.</summary>
    public async Task<T> ReadAsync<T>()
        where T : MqttPacket => Assert.IsType<T>(await ReadAsync());

    /// <summary>The next packet; null at the end of the connection.</summary>
    public async Task<MqttPacket?> ReadAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        var packets = new List<MqttPacket>();
        try
        {
            if (_read.Count == 0 && await _reader.ReadAsync(packets, patience.Token))
            {
                packets.ForEach(_read.Enqueue);
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }

        return _read.TryDequeue(out var packet) ? packet : null;
    }

    /// <summary>The next message, acknowledged.</summary>
    public async Task<PublishPacket> ReceiveAsync()
    {
        var publish = await ReadAsync<PublishPacket>();
        if (publish.QoS == QoS.ExactlyOnce)
        {
            await SendAsync(new PubRecPacket { PacketId = publish.PacketId });
            await ReadAsync<PubRelPacket>();
            await SendAsync(new PubCompPacket { PacketId = publish.PacketId });
        }
        else if (publish.PacketId != 0)
        {
            await SendAsync(new PubAckPacket { PacketId = publish.PacketId });
        }

        return publish;
    }

    public async Task<string> ReceiveTextAsync() => TextOf(await ReceiveAsync());

    public static string TextOf(PublishPacket publish) => Encoding.UTF8.GetString(publish.Payload.Bytes.Span);

    /// <summary>One line of what is no MQTT.</summary>
    public async Task<string?> ReadLineAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        using var reader = new StreamReader(_stream, leaveOpen: true);
        return await reader.ReadLineAsync(patience.Token);
    }

    /// <summary>Waits for the broker to close the connection, and returns the reason it gave.</summary>
    public async Task<ReasonCode?> ClosedAsync()
    {
        ReasonCode? reason = null;
        while (await ReadAsync() is { } packet)
        {
            reason = (packet as DisconnectPacket)?.Reason ?? reason;
        }

        return reason;
    }

    /// <summary>Proves that nothing else was on its way: the answer to a ping comes next.</summary>
    public async Task NothingMoreAsync()
    {
        await SendAsync(new PingReqPacket());
        await ReadAsync<PingRespPacket>();
    }

    public async Task DisconnectAsync(ReasonCode reason = ReasonCode.Success)
    {
        await SendAsync(new DisconnectPacket { Reason = reason });
        await ClosedAsync();
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
