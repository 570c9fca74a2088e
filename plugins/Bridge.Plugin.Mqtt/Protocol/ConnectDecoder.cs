namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>Reads CONNECT and CONNACK.</summary>
internal static class ConnectDecoder
{
    public static ConnectPacket Connect(ref WireReader reader)
    {
        var version = Version(ref reader);
        var flags = reader.Byte();
        if ((flags & 1) != 0)
        {
            throw MqttProtocolException.Malformed("the reserved flag of a CONNECT is set");
        }

        var keepAlive = reader.UInt16();
        var properties = version == ProtocolVersion.V5 ? PropertyCodec.Read(ref reader, PropertyPlaces.Connect) : default;
        var clientId = reader.Text();
        var will = Will(ref reader, flags, version);
        var hasUsername = (flags & 0x80) != 0;
        var hasPassword = (flags & 0x40) != 0;
        if (version == ProtocolVersion.V311 && hasPassword && !hasUsername)
        {
            throw MqttProtocolException.Malformed("a CONNECT has a password without a user name");
        }

        return new ConnectPacket
        {
            Version = version,
            ClientId = clientId,
            CleanStart = (flags & 2) != 0,
            KeepAlive = keepAlive,
            Will = will,
            Username = hasUsername ? reader.Text() : null,
            Password = hasPassword ? reader.Binary() : null,
            Properties = properties,
        };
    }

    public static ConnAckPacket ConnAck(ref WireReader reader, ProtocolVersion version)
    {
        var flags = reader.Byte();
        if (flags > 1)
        {
            throw MqttProtocolException.Malformed("a CONNACK has unknown flags");
        }

        var code = reader.Byte();
        var reason = version == ProtocolVersion.V5 ? PacketDecoder.Reason(code) : ReasonCodes.FromReturnCode(code);
        if (flags == 1 && reason != ReasonCode.Success)
        {
            throw MqttProtocolException.ProtocolError("a CONNACK refuses and has a session");
        }

        return new ConnAckPacket
        {
            SessionPresent = flags == 1,
            Reason = reason,
            Properties = version == ProtocolVersion.V5 ? PropertyCodec.Read(ref reader, PropertyPlaces.ConnAck) : default,
        };
    }

    private static ProtocolVersion Version(ref WireReader reader)
    {
        // The name is compared before the level: what is not MQTT at all is not answered with a version.
        var name = reader.Take(reader.UInt16());
        if (!name.SequenceEqual("MQTT"u8) && !name.SequenceEqual("MQIsdp"u8))
        {
            throw MqttProtocolException.Malformed("a CONNECT does not name MQTT");
        }

        var level = reader.Byte();
        return level is 4 or 5 && name.Length == 4
            ? (ProtocolVersion)level
            : throw new MqttProtocolException(ReasonCode.UnsupportedProtocolVersion, "a CONNECT asks for a version other than 3.1.1 and 5");
    }

    private static Will? Will(ref WireReader reader, byte flags, ProtocolVersion version)
    {
        if ((flags & 4) == 0)
        {
            return (flags & 0x38) == 0 ? null : throw MqttProtocolException.Malformed("a CONNECT without a will has will flags");
        }

        var properties = version == ProtocolVersion.V5 ? PropertyCodec.Read(ref reader, PropertyPlaces.Will) : default;
        var topic = reader.Text();
        if (Topic.FaultOfName(topic) is not null)
        {
            throw new MqttProtocolException(ReasonCode.TopicNameInvalid, "the topic of a will is not a topic name");
        }

        return new Will
        {
            Topic = topic,
            Payload = reader.Binary(),
            QoS = PacketDecoder.Quality((flags >> 3) & 3),
            Retain = (flags & 0x20) != 0,
            Properties = properties,
        };
    }
}
