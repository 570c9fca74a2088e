using System.IO.Pipelines;
using System.Net.Sockets;
using Bridge.Plugin.Mqtt.Protocol;
using Bridge.Plugin.Mqtt.Protocol.Transport;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>One accepted connection to the broker.</summary>
internal sealed class BrokerLink : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Stream _stream;

    private BrokerLink(Stream stream, PacketReader reader, PacketWriter writer, Grant grant)
    {
        _stream = stream;
        Reader = reader;
        Writer = writer;
        Grant = grant;
    }

    public PacketReader Reader { get; }

    public PacketWriter Writer { get; }

    public Grant Grant { get; }

    /// <summary>Packets that came with the CONNACK in one read.</summary>
    public IReadOnlyList<MqttPacket> Early { get; private init; } = [];

    /// <summary>
    /// Connects and shakes hands. Every failure but cancellation is a <see cref="MqttConnectionException"/> or a <see cref="MqttProtocolException"/>.
    /// </summary>
    public static async Task<BrokerLink> OpenAsync(ClientSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        Stream? stream = null;
        try
        {
            stream = await settings.Transport.ConnectAsync(either.Token);
            return await ShakeHandsAsync(stream, settings, either.Token);
        }
        catch (Exception problem)
        {
            await (stream?.DisposeAsync() ?? ValueTask.CompletedTask);
            cancellationToken.ThrowIfCancellationRequested();
            throw problem switch
            {
                SocketException socketProblem => new MqttConnectionException($"the broker cannot be reached: {ConnectFault.Of(socketProblem.SocketErrorCode)}"),
                TransportException transportProblem => new MqttConnectionException(transportProblem.Message, transportProblem),
                OperationCanceledException => new MqttConnectionException("the broker does not answer: check host and port of 'url', and firewalls between"),
                IOException when settings.Transport.IsSecure => new MqttConnectionException(TlsAlert.ExplainClose(problem, settings.Certificates.Read().Own), problem),
                IOException => new MqttConnectionException("the broker closed the connection during the handshake", problem),
                _ => problem,
            };
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async Task<BrokerLink> ShakeHandsAsync(Stream stream, ClientSettings settings, CancellationToken cancellationToken)
    {
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: 16 * 1024));
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        var reader = new PacketReader(input, settings.MaxPacket, settings.Version);
        PacketEncoder.Write(output, settings.Connect(), settings.Version);
        await output.FlushAsync(cancellationToken);

        var packets = new List<MqttPacket>();
        if (!await reader.ReadAsync(packets, cancellationToken))
        {
            throw new IOException("The connection ended.");
        }

        return packets[0] switch
        {
            ConnAckPacket { Reason: ReasonCode.Success } connAck =>
                new BrokerLink(stream, reader, new PacketWriter(output, settings.Version), Grant.From(connAck, settings.KeepAlive))
                {
                    Early = packets[1..],
                },
            ConnAckPacket refused => throw new MqttConnectionException($"the broker refused the connection: {ReasonText.Of(refused.Reason, refused.Properties)}"),
            _ => throw MqttProtocolException.ProtocolError("the broker did not begin with CONNACK"),
        };
    }
}
