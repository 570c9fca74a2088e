using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>Where publishes go on one connection: within what the broker grants, and with topic aliases.</summary>
internal sealed class PublishWire(PacketWriter writer, Grant grant, ProtocolVersion version)
{
    /// <summary>Announcing a topic alias makes a packet larger by so much.</summary>
    private const int AliasSize = 4;

    private readonly SentAliases _aliases = new(grant.TopicAliasMaximum);

    /// <summary>What the wire or the broker cannot carry is a <see cref="MqttEncodingException"/>.</summary>
    public void Write(PublishPacket packet) => writer.Enqueue(Fitted(packet));

    /// <summary>The same; completes when the packet was flushed to the connection.</summary>
    public Task WriteAndFlushAsync(PublishPacket packet) => writer.EnqueueAndFlushAsync(Fitted(packet));

    public void Release(ushort packetId, ReasonCode reason = ReasonCode.Success) => writer.Enqueue(new PubRelPacket { PacketId = packetId, Reason = reason });

    private PublishPacket Fitted(PublishPacket packet)
    {
        var length = PacketEncoder.Measure(packet, version);
        if (length > grant.MaximumPacketSize)
        {
            throw new MqttEncodingException("the message is larger than the broker accepts", "raise the broker's maximum packet size");
        }

        if (packet.Retain && !grant.RetainAvailable)
        {
            throw new MqttEncodingException("the broker keeps no retained messages", "remove 'retain' from the destination");
        }

        return length + AliasSize > grant.MaximumPacketSize ? packet : _aliases.Apply(packet);
    }
}
