using System.Buffers;
using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>Writes one packet. What the wire cannot carry is a <see cref="MqttEncodingException"/> before the first byte.</summary>
internal static class PacketEncoder
{
    /// <summary>The length on the wire with header, for comparison with the peer's maximum packet size.</summary>
    public static int Measure(MqttPacket packet, ProtocolVersion version)
    {
        var body = BodyLength(packet, version);
        return 1 + VariableByteInteger.LengthOf((uint)body) + body;
    }

    public static void Write(IBufferWriter<byte> output, MqttPacket packet, ProtocolVersion version)
    {
        var body = BodyLength(packet, version);
        var total = 1 + VariableByteInteger.LengthOf((uint)body) + body;
        var writer = new WireWriter(output.GetSpan(total)[..total]);
        writer.Byte(Header(packet));
        writer.VariableInteger((uint)body);
        Body(ref writer, packet, version);
        output.Advance(total);
    }

    private static int BodyLength(MqttPacket packet, ProtocolVersion version)
    {
        var measure = default(WireMeasure);
        Body(ref measure, packet, version);
        return measure.Length <= VariableByteInteger.Max ? measure.Length : throw new MqttEncodingException("a packet is larger than MQTT can carry");
    }

    private static byte Header(MqttPacket packet)
    {
        var flags = packet switch
        {
            PublishPacket publish => (publish.Dup ? 8 : 0) | ((int)publish.QoS << 1) | (publish.Retain ? 1 : 0),
            PubRelPacket or SubscribePacket or UnsubscribePacket => 0b0010,
            _ => 0,
        };
        return (byte)(((int)packet.Type << 4) | flags);
    }

    private static void Body<TSink>(ref TSink sink, MqttPacket packet, ProtocolVersion version)
        where TSink : IWireSink, allows ref struct
    {
        switch (packet)
        {
            case PublishPacket publish: Publish(ref sink, publish, version); break;
            case AckPacket ack: sink.UInt16(ack.PacketId); Reason(ref sink, ack.Reason, ack.Properties, version); break;
            case ConnectPacket connect: Connect(ref sink, connect); break;
            case ConnAckPacket connAck: ConnAck(ref sink, connAck, version); break;
            case SubscribePacket subscribe: Subscribe(ref sink, subscribe, version); break;
            case SubAckPacket subAck: sink.UInt16(subAck.PacketId); Properties(ref sink, subAck.Properties, version); Reasons(ref sink, subAck.Reasons); break;
            case UnsubscribePacket unsubscribe: Unsubscribe(ref sink, unsubscribe, version); break;
            case UnsubAckPacket unsubAck: UnsubAck(ref sink, unsubAck, version); break;
            case DisconnectPacket disconnect: Reason(ref sink, disconnect.Reason, disconnect.Properties, version); break;
            case AuthPacket auth: Reason(ref sink, auth.Reason, auth.Properties, version); break;
            default: break; // PINGREQ and PINGRESP have no body
        }
    }

    private static void Publish<TSink>(ref TSink sink, PublishPacket publish, ProtocolVersion version)
        where TSink : IWireSink, allows ref struct
    {
        sink.Text(publish.Topic);
        if (publish.QoS != QoS.AtMostOnce)
        {
            sink.UInt16(publish.PacketId);
        }

        Properties(ref sink, publish.Properties, version);
        sink.Raw(publish.Payload.Bytes.Span);
    }

    private static void Connect<TSink>(ref TSink sink, ConnectPacket connect)
        where TSink : IWireSink, allows ref struct
    {
        var will = connect.Will;
        sink.Text("MQTT");
        sink.Byte((byte)connect.Version);
        sink.Byte((byte)((connect.Username is null ? 0 : 0x80)
            | (connect.Password is null ? 0 : 0x40)
            | (will is { Retain: true } ? 0x20 : 0)
            | ((int)(will?.QoS ?? QoS.AtMostOnce) << 3)
            | (will is null ? 0 : 4)
            | (connect.CleanStart ? 2 : 0)));
        sink.UInt16(connect.KeepAlive);
        Properties(ref sink, connect.Properties, connect.Version);
        sink.Text(connect.ClientId);
        if (will is not null)
        {
            Properties(ref sink, will.Properties, connect.Version);
            sink.Text(will.Topic);
            sink.Binary(will.Payload.Bytes.Span);
        }

        if (connect.Username is not null)
        {
            sink.Text(connect.Username);
        }

        if (connect.Password is { } password)
        {
            sink.Binary(password.Bytes.Span);
        }
    }

    private static void ConnAck<TSink>(ref TSink sink, ConnAckPacket connAck, ProtocolVersion version)
        where TSink : IWireSink, allows ref struct
    {
        sink.Byte(connAck.SessionPresent ? (byte)1 : (byte)0);
        sink.Byte(version == ProtocolVersion.V5 ? (byte)connAck.Reason : connAck.Reason.ToReturnCode());
        Properties(ref sink, connAck.Properties, version);
    }

    private static void Subscribe<TSink>(ref TSink sink, SubscribePacket subscribe, ProtocolVersion version)
        where TSink : IWireSink, allows ref struct
    {
        sink.UInt16(subscribe.PacketId);
        Properties(ref sink, subscribe.Properties, version);
        foreach (var line in subscribe.Subscriptions)
        {
            sink.Text(line.Filter);
            sink.Byte(version == ProtocolVersion.V5
                ? (byte)((int)line.QoS | (line.NoLocal ? 4 : 0) | (line.RetainAsPublished ? 8 : 0) | ((int)line.RetainHandling << 4))
                : (byte)line.QoS);
        }
    }

    private static void Unsubscribe<TSink>(ref TSink sink, UnsubscribePacket unsubscribe, ProtocolVersion version)
        where TSink : IWireSink, allows ref struct
    {
        sink.UInt16(unsubscribe.PacketId);
        Properties(ref sink, unsubscribe.Properties, version);
        foreach (var filter in unsubscribe.Filters)
        {
            sink.Text(filter);
        }
    }

    private static void UnsubAck<TSink>(ref TSink sink, UnsubAckPacket unsubAck, ProtocolVersion version)
        where TSink : IWireSink, allows ref struct
    {
        sink.UInt16(unsubAck.PacketId);
        if (version == ProtocolVersion.V5)
        {
            PropertyCodec.Write(ref sink, unsubAck.Properties);
            Reasons(ref sink, unsubAck.Reasons);
        }
    }

    private static void Properties<TSink>(ref TSink sink, MqttProperties properties, ProtocolVersion version)
        where TSink : IWireSink, allows ref struct
    {
        if (version == ProtocolVersion.V5)
        {
            PropertyCodec.Write(ref sink, properties);
        }
    }

    /// <summary>Reason and properties may both be left out, from the end.</summary>
    private static void Reason<TSink>(ref TSink sink, ReasonCode reason, MqttProperties properties, ProtocolVersion version)
        where TSink : IWireSink, allows ref struct
    {
        if (version != ProtocolVersion.V5 || (reason == ReasonCode.Success && properties.IsEmpty))
        {
            return;
        }

        sink.Byte((byte)reason);
        if (!properties.IsEmpty)
        {
            PropertyCodec.Write(ref sink, properties);
        }
    }

    private static void Reasons<TSink>(ref TSink sink, EquatableArray<ReasonCode> reasons)
        where TSink : IWireSink, allows ref struct
    {
        for (var i = 0; i < reasons.Count; i++)
        {
            sink.Byte((byte)reasons[i]);
        }
    }
}
