using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>Reads and writes property lists by the table of <see cref="PropertyRule"/>.</summary>
internal static class PropertyCodec
{
    public static MqttProperties Read(ref WireReader reader, PropertyPlaces place)
    {
        var length = reader.VariableInteger();
        if (length == 0)
        {
            return default;
        }

        if (length > reader.Remaining)
        {
            throw MqttProtocolException.Malformed("the properties are longer than their packet");
        }

        var part = new WireReader(reader.Take((int)length));
        var properties = new List<MqttProperty>();
        var seen = 0UL;
        while (part.Remaining > 0)
        {
            var property = ReadOne(ref part, place);
            var bit = 1UL << (int)property.Id;
            if ((seen & bit) != 0 && !PropertyRule.MayRepeat(property.Id, place))
            {
                throw MqttProtocolException.ProtocolError("a property stands twice");
            }

            seen |= bit;
            properties.Add(property);
        }

        return new(EquatableArray.From(properties));
    }

    public static void Write<TSink>(ref TSink sink, MqttProperties properties)
        where TSink : IWireSink, allows ref struct
    {
        if (properties.IsEmpty)
        {
            sink.Byte(0);
            return;
        }

        var measure = default(WireMeasure);
        WriteAll(ref measure, properties);
        sink.VariableInteger((uint)measure.Length);
        WriteAll(ref sink, properties);
    }

    private static MqttProperty ReadOne(ref WireReader reader, PropertyPlaces place)
    {
        // Ids are variable byte integers by the letter, but all that exist fit into one byte.
        var number = reader.VariableInteger();
        if (number > byte.MaxValue || PropertyRule.Of((byte)number) is not { } rule)
        {
            throw MqttProtocolException.Malformed("a property is unknown");
        }

        var id = (PropertyId)number;
        if (!rule.Places.HasFlag(place))
        {
            throw MqttProtocolException.ProtocolError("a property stands in a packet it does not belong to");
        }

        return rule.Kind switch
        {
            PropertyKind.Byte => MqttProperty.Of(id, Checked(rule, reader.Byte())),
            PropertyKind.TwoBytes => MqttProperty.Of(id, Checked(rule, reader.UInt16())),
            PropertyKind.FourBytes => MqttProperty.Of(id, Checked(rule, reader.UInt32())),
            PropertyKind.VariableInteger => MqttProperty.Of(id, Checked(rule, reader.VariableInteger())),
            PropertyKind.Text => MqttProperty.Of(id, CheckedText(id, reader.Text())),
            PropertyKind.TextPair => MqttProperty.User(reader.Text(), reader.Text()),
            _ => MqttProperty.Of(id, reader.Binary()),
        };
    }

    private static uint Checked(PropertyRule rule, uint value) =>
        value >= rule.Least && value <= rule.Most ? value : throw MqttProtocolException.ProtocolError("a property has a value it may not have");

    private static string CheckedText(PropertyId id, string text) =>
        id == PropertyId.ResponseTopic && Topic.FaultOfName(text) is not null
            ? throw MqttProtocolException.ProtocolError("a response topic is not a topic name")
            : text;

    private static void WriteAll<TSink>(ref TSink sink, MqttProperties properties)
        where TSink : IWireSink, allows ref struct
    {
        for (var i = 0; i < properties.Items.Count; i++)
        {
            var property = properties.Items[i];
            sink.Byte((byte)property.Id);
            switch (PropertyRule.Of((byte)property.Id)!.Kind)
            {
                case PropertyKind.Byte: sink.Byte((byte)property.Number); break;
                case PropertyKind.TwoBytes: sink.UInt16((ushort)property.Number); break;
                case PropertyKind.FourBytes: sink.UInt32(property.Number); break;
                case PropertyKind.VariableInteger: sink.VariableInteger(property.Number); break;
                case PropertyKind.Text: sink.Text(property.Text); break;
                case PropertyKind.TextPair: sink.Text(property.Name); sink.Text(property.Text); break;
                default: sink.Binary(property.Data.Bytes.Span); break;
            }
        }
    }
}
