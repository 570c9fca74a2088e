using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>Reads SUBSCRIBE, UNSUBSCRIBE and their answers.</summary>
internal static class SubscribeDecoder
{
    public static SubscribePacket Subscribe(ref WireReader reader, ProtocolVersion version)
    {
        var id = reader.PacketId();
        var properties = Properties(ref reader, version, PropertyPlaces.Subscribe);
        MustHaveMore(ref reader);
        var subscriptions = new List<Subscription>();
        while (reader.Remaining > 0)
        {
            subscriptions.Add(Line(ref reader, version));
        }

        return new SubscribePacket { PacketId = id, Properties = properties, Subscriptions = EquatableArray.From(subscriptions) };
    }

    public static SubAckPacket SubAck(ref WireReader reader, ProtocolVersion version)
    {
        var id = reader.PacketId();
        var properties = Properties(ref reader, version, PropertyPlaces.SubAck);
        MustHaveMore(ref reader);
        return new SubAckPacket { PacketId = id, Properties = properties, Reasons = Reasons(ref reader) };
    }

    public static UnsubscribePacket Unsubscribe(ref WireReader reader, ProtocolVersion version)
    {
        var id = reader.PacketId();
        var properties = Properties(ref reader, version, PropertyPlaces.Unsubscribe);
        MustHaveMore(ref reader);
        var filters = new List<string>();
        while (reader.Remaining > 0)
        {
            filters.Add(Filter(ref reader));
        }

        return new UnsubscribePacket { PacketId = id, Properties = properties, Filters = EquatableArray.From(filters) };
    }

    public static UnsubAckPacket UnsubAck(ref WireReader reader, ProtocolVersion version)
    {
        var id = reader.PacketId();
        if (version != ProtocolVersion.V5)
        {
            return new UnsubAckPacket { PacketId = id };
        }

        var properties = PropertyCodec.Read(ref reader, PropertyPlaces.UnsubAck);
        MustHaveMore(ref reader);
        return new UnsubAckPacket { PacketId = id, Properties = properties, Reasons = Reasons(ref reader) };
    }

    private static Subscription Line(ref WireReader reader, ProtocolVersion version)
    {
        var filter = Filter(ref reader);
        var options = reader.Byte();
        var reserved = version == ProtocolVersion.V5 ? 0xC0 : 0xFC;
        if ((options & reserved) != 0 || ((options >> 4) & 3) == 3)
        {
            throw MqttProtocolException.Malformed("the options of a subscription are ill-formed");
        }

        return new Subscription(
            filter, PacketDecoder.Quality(options & 3), (options & 4) != 0, (options & 8) != 0, (RetainHandling)((options >> 4) & 3));
    }

    private static string Filter(ref WireReader reader)
    {
        var filter = reader.Text();
        return Topic.FaultOfFilter(filter) is null
            ? filter
            : throw new MqttProtocolException(ReasonCode.TopicFilterInvalid, "a topic filter is ill-formed");
    }

    private static EquatableArray<ReasonCode> Reasons(ref WireReader reader)
    {
        var reasons = new ReasonCode[reader.Remaining];
        for (var i = 0; i < reasons.Length; i++)
        {
            reasons[i] = PacketDecoder.Reason(reader.Byte());
        }

        return new(reasons);
    }

    private static MqttProperties Properties(ref WireReader reader, ProtocolVersion version, PropertyPlaces place) =>
        version == ProtocolVersion.V5 ? PropertyCodec.Read(ref reader, place) : default;

    private static void MustHaveMore(ref WireReader reader)
    {
        if (reader.Remaining == 0)
        {
            throw MqttProtocolException.ProtocolError("a packet that must name a topic filter or a reason names none");
        }
    }
}
