using System.Buffers;
using System.IO.Pipelines;

namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>
/// Frames and decodes the packets of one connection. Not thread-safe. A packet larger than <paramref name="maxPacketSize"/> is refused by its header
/// alone, before its body is waited for: memory stays within that size and one read of the pipe.
/// </summary>
internal sealed class PacketReader(PipeReader input, int maxPacketSize, ProtocolVersion version = ProtocolVersion.V5)
{
    /// <summary>The largest CONNECT: who sends it is not known yet.</summary>
    public int MaxConnectSize { get; init; } = int.MaxValue;

    /// <summary>An empty property costs more memory than it has bytes on the wire.</summary>
    public int MaxProperties { get; init; } = int.MaxValue;

    /// <summary>Of one SUBSCRIBE or UNSUBSCRIBE.</summary>
    public int MaxFilters { get; init; } = int.MaxValue;

    /// <summary>What the connection speaks. Reading a CONNECT sets it.</summary>
    public ProtocolVersion Version { get; private set; } = version;

    /// <summary>Bytes of packets read so far; a keep-alive watch compares it.</summary>
    public long BytesRead { get; private set; }

    /// <summary>
    /// Waits for bytes and adds every packet that is complete, in order: one call per read of the pipe, so that a caller can treat them as one batch.
    /// False at the end of the stream. Packets before a malformed one are added before the <see cref="MqttProtocolException"/> is thrown.
    /// </summary>
    public async ValueTask<bool> ReadAsync(ICollection<MqttPacket> packets, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var before = packets.Count;
            try
            {
                while (TryReadPacket(ref buffer) is { } packet)
                {
                    packets.Add(packet);
                }
            }
            finally
            {
                BytesRead += result.Buffer.Length - buffer.Length;
                input.AdvanceTo(buffer.Start, buffer.End);
            }

            if (packets.Count > before)
            {
                return true;
            }

            if (result.IsCompleted || result.IsCanceled)
            {
                return buffer.IsEmpty ? false : throw MqttProtocolException.Malformed("the connection ended in the middle of a packet");
            }
        }
    }

    private MqttPacket? TryReadPacket(ref ReadOnlySequence<byte> buffer)
    {
        if (ReadHead(buffer) is not { } head)
        {
            return null;
        }

        if (head.Total > maxPacketSize || (head.Total > MaxConnectSize && PacketDecoder.TypeOf(head.First) == PacketType.Connect))
        {
            throw new MqttProtocolException(ReasonCode.PacketTooLarge, "a packet is larger than the maximum packet size");
        }

        if (buffer.Length < head.Total)
        {
            return null;
        }

        var body = buffer.Slice(head.Length, head.BodyLength);
        var packet = PacketDecoder.Decode(head.First, body.IsSingleSegment ? body.FirstSpan : body.ToArray(), Version);
        RefuseExcess(packet);
        Version = packet is ConnectPacket connect ? connect.Version : Version;
        buffer = buffer.Slice(head.Total);
        return packet;
    }

    /// <summary>The fixed header (section 2.1.1); null while it is not all there.</summary>
    private static Head? ReadHead(ReadOnlySequence<byte> buffer)
    {
        Span<byte> head = stackalloc byte[5];
        var available = (int)Math.Min(buffer.Length, head.Length);
        buffer.Slice(0, available).CopyTo(head);
        if (available > 0)
        {
            // At once: what is not MQTT must not be waited for.
            PacketDecoder.TypeOf(head[0]);
        }

        if (available < 2)
        {
            return null;
        }

        var lengthBytes = VariableByteInteger.Read(head[1..available], out var length);
        return lengthBytes < 0 ? throw MqttProtocolException.Malformed("the length of a packet is ill-formed")
            : lengthBytes == 0 ? null
            : new Head(head[0], 1 + lengthBytes, length);
    }

    private void RefuseExcess(MqttPacket packet)
    {
        if (packet.Properties.Items.Count > MaxProperties || (packet as ConnectPacket)?.Will?.Properties.Items.Count > MaxProperties)
        {
            throw new MqttProtocolException(ReasonCode.QuotaExceeded, $"a packet has more than {MaxProperties} properties");
        }

        if ((packet as SubscribePacket)?.Subscriptions.Count > MaxFilters || (packet as UnsubscribePacket)?.Filters.Count > MaxFilters)
        {
            throw new MqttProtocolException(ReasonCode.QuotaExceeded, $"a packet names more than {MaxFilters} topic filters");
        }
    }

    /// <param name="First">The first byte: type and flags.</param>
    /// <param name="Length">Of this header.</param>
    /// <param name="BodyLength">Of what follows it.</param>
    private readonly record struct Head(byte First, int Length, uint BodyLength)
    {
        public long Total => Length + (long)BodyLength;
    }
}
