namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>
/// Reads one packet from its first byte and its body. Pure; everything kept is copied out of the body. Input that section 2 to 4 of the standard
/// forbids is a <see cref="MqttProtocolException"/> and nothing else.
/// </summary>
internal static class PacketDecoder
{
    /// <param name="header">The first byte: type and flags.</param>
    /// <param name="body">The bytes after the remaining length.</param>
    /// <param name="version">What the connection speaks; a CONNECT carries its own.</param>
    public static MqttPacket Decode(byte header, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        var type = TypeOf(header);
        var flags = header & 0x0F;
        var reader = new WireReader(body);
        MqttPacket packet = type switch
        {
            PacketType.Connect => ConnectDecoder.Connect(ref reader),
            PacketType.ConnAck => ConnectDecoder.ConnAck(ref reader, version),
            PacketType.Publish => Publish(ref reader, flags, version),
            PacketType.PubAck => Ack(ref reader, version, PropertyPlaces.PubAck, static (id, reason, properties) =>
                new PubAckPacket { PacketId = id, Reason = reason, Properties = properties }),
            PacketType.PubRec => Ack(ref reader, version, PropertyPlaces.PubRec, static (id, reason, properties) =>
                new PubRecPacket { PacketId = id, Reason = reason, Properties = properties }),
            PacketType.PubRel => Ack(ref reader, version, PropertyPlaces.PubRel, static (id, reason, properties) =>
                new PubRelPacket { PacketId = id, Reason = reason, Properties = properties }),
            PacketType.PubComp => Ack(ref reader, version, PropertyPlaces.PubComp, static (id, reason, properties) =>
                new PubCompPacket { PacketId = id, Reason = reason, Properties = properties }),
            PacketType.Subscribe => SubscribeDecoder.Subscribe(ref reader, version),
            PacketType.SubAck => SubscribeDecoder.SubAck(ref reader, version),
            PacketType.Unsubscribe => SubscribeDecoder.Unsubscribe(ref reader, version),
            PacketType.UnsubAck => SubscribeDecoder.UnsubAck(ref reader, version),
            PacketType.PingReq => new PingReqPacket(),
            PacketType.PingResp => new PingRespPacket(),
            PacketType.Disconnect => Disconnect(ref reader, version),
            PacketType.Auth when version == ProtocolVersion.V5 => Auth(ref reader),
            _ => throw MqttProtocolException.Malformed("a packet has an unknown type"),
        };
        reader.MustBeAtEnd();
        return packet;
    }

    /// <summary>The type in a first byte whose flags fit it.</summary>
    public static PacketType TypeOf(byte header)
    {
        var type = (PacketType)(header >> 4);
        var required = type is PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe ? 0b0010 : 0;
        if (header >> 4 == 0 || (type != PacketType.Publish && (header & 0x0F) != required))
        {
            throw MqttProtocolException.Malformed("a packet has an unknown type, or not the flags of its type");
        }

        return type;
    }

    internal static ReasonCode Reason(byte code) =>
        ReasonCodes.IsDefined(code) ? (ReasonCode)code : throw MqttProtocolException.Malformed("a reason code is unknown");

    internal static QoS Quality(int value) =>
        value <= 2 ? (QoS)value : throw MqttProtocolException.Malformed("a quality of service is not 0, 1 or 2");

    private static PublishPacket Publish(ref WireReader reader, int flags, ProtocolVersion version)
    {
        var qos = Quality((flags >> 1) & 3);
        var dup = (flags & 8) != 0;
        if (dup && qos == QoS.AtMostOnce)
        {
            throw MqttProtocolException.Malformed("a PUBLISH of QoS 0 is marked as a duplicate");
        }

        var topic = reader.Text();
        var id = qos == QoS.AtMostOnce ? (ushort)0 : reader.PacketId();
        var properties = version == ProtocolVersion.V5 ? PropertyCodec.Read(ref reader, PropertyPlaces.Publish) : default;
        if (topic.Length > 0 ? Topic.FaultOfName(topic) is not null : properties.Number(PropertyId.TopicAlias) is null)
        {
            throw new MqttProtocolException(ReasonCode.TopicNameInvalid, "the topic of a PUBLISH is not a topic name");
        }

        return new PublishPacket
        {
            Topic = topic,
            Payload = reader.Rest(),
            QoS = qos,
            Retain = (flags & 1) != 0,
            Dup = dup,
            PacketId = id,
            Properties = properties,
        };
    }

    private static MqttPacket Ack(
        ref WireReader reader, ProtocolVersion version, PropertyPlaces place, Func<ushort, ReasonCode, MqttProperties, MqttPacket> make)
    {
        var id = reader.PacketId();
        if (version != ProtocolVersion.V5 || reader.Remaining == 0)
        {
            return make(id, ReasonCode.Success, default);
        }

        var reason = Reason(reader.Byte());
        return make(id, reason, reader.Remaining == 0 ? default : PropertyCodec.Read(ref reader, place));
    }

    private static DisconnectPacket Disconnect(ref WireReader reader, ProtocolVersion version)
    {
        if (version != ProtocolVersion.V5 || reader.Remaining == 0)
        {
            return new DisconnectPacket();
        }

        var reason = Reason(reader.Byte());
        return new DisconnectPacket
        {
            Reason = reason,
            Properties = reader.Remaining == 0 ? default : PropertyCodec.Read(ref reader, PropertyPlaces.Disconnect),
        };
    }

    private static AuthPacket Auth(ref WireReader reader)
    {
        if (reader.Remaining == 0)
        {
            return new AuthPacket();
        }

        var reason = Reason(reader.Byte());
        return new AuthPacket { Reason = reason, Properties = reader.Remaining == 0 ? default : PropertyCodec.Read(ref reader, PropertyPlaces.Auth) };
    }
}
