using System.IO.Pipelines;
using System.Net.Sockets;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>What the broker grants for one connection (CONNACK). Version 3.1.1 says nothing and grants all.</summary>
internal sealed record Grant
{
    public bool SessionPresent { get; init; }

    /// <summary>How many of our publishes may be unacknowledged.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    public QoS MaximumQoS { get; init; } = QoS.ExactlyOnce;

    public bool RetainAvailable { get; init; } = true;

    public long MaximumPacketSize { get; init; } = long.MaxValue;

    public TimeSpan KeepAlive { get; init; }

    public static Grant From(ConnAckPacket connAck, ushort keepAlive) => new()
    {
        SessionPresent = connAck.SessionPresent,
        ReceiveMaximum = (int)(connAck.Properties.Number(PropertyId.ReceiveMaximum) ?? ushort.MaxValue),
        MaximumQoS = (QoS)(connAck.Properties.Number(PropertyId.MaximumQoS) ?? (uint)QoS.ExactlyOnce),
        RetainAvailable = connAck.Properties.Number(PropertyId.RetainAvailable) != 0,
        MaximumPacketSize = connAck.Properties.Number(PropertyId.MaximumPacketSize) ?? long.MaxValue,
        KeepAlive = TimeSpan.FromSeconds(connAck.Properties.Number(PropertyId.ServerKeepAlive) ?? keepAlive),
    };
}

/// <summary>One accepted connection to the broker.</summary>
internal sealed class BrokerLink : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;

    private BrokerLink(Socket socket, PacketReader reader, PacketWriter writer, Grant grant)
    {
        _socket = socket;
        Reader = reader;
        Writer = writer;
        Grant = grant;
    }

    public PacketReader Reader { get; }

    public PacketWriter Writer { get; }

    public Grant Grant { get; }

    /// <summary>Packets that came with the CONNACK in one read.</summary>
    public IReadOnlyList<MqttPacket> Early { get; private init; } = [];

    /// <summary>Connects and shakes hands. Every failure but cancellation is a <see cref="MqttConnectionException"/> or a <see cref="MqttProtocolException"/>.</summary>
    public static async Task<BrokerLink> OpenAsync(ClientSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(settings.Host, settings.Port, either.Token);
            return await ShakeHandsAsync(socket, settings, either.Token);
        }
        catch (Exception problem)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw problem switch
            {
                SocketException socketProblem => new MqttConnectionException($"the broker cannot be reached: {socketProblem.SocketErrorCode}"),
                OperationCanceledException => new MqttConnectionException("the broker does not answer"),
                IOException => new MqttConnectionException("the broker closed the connection during the handshake"),
                _ => problem,
            };
        }
    }

    public void Dispose() => _socket.Dispose();

    private static async Task<BrokerLink> ShakeHandsAsync(Socket socket, ClientSettings settings, CancellationToken cancellationToken)
    {
        var stream = new NetworkStream(socket);
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: 16 * 1024));
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        var reader = new PacketReader(input, settings.MaxPacket, settings.Version);
        PacketEncoder.Write(output, settings.Connect(), settings.Version);
        await output.FlushAsync(cancellationToken);

        var packets = new List<MqttPacket>();
        if (!await reader.ReadAsync(packets, cancellationToken))
        {
            throw new MqttConnectionException("the broker closed the connection during the handshake");
        }

        return packets[0] switch
        {
            ConnAckPacket { Reason: ReasonCode.Success } connAck =>
                new BrokerLink(socket, reader, new PacketWriter(output, settings.Version), Grant.From(connAck, settings.KeepAlive))
                {
                    Early = packets[1..],
                },
            ConnAckPacket refused => throw new MqttConnectionException($"the broker refused the connection: {ReasonText.Of(refused.Reason)}"),
            _ => throw MqttProtocolException.ProtocolError("the broker did not begin with CONNACK"),
        };
    }
}
