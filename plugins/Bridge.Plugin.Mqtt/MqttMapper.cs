using System.Globalization;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt;

/// <summary>PUBLISH to inbound event and outbound part to PUBLISH. Pure.</summary>
internal static class MqttMapper
{
    // What bridges tell each other travels in user properties of these names; all others belong to the message and are passed on.
    private const string Reserved = "bridge-";
    private const string EventIdName = "bridge-event-id";
    private const string HopsName = "bridge-hops";
    private const string SeverityName = "bridge-severity";
    private const string SenderName = "bridge-sender";
    private const string SourceName = "bridge-source";
    private const string QoSName = "qos";
    private const string ResponseTopicName = "response-topic";
    private const string CorrelationName = "correlation-data";
    private const string FormatName = "payload-format";

    private static readonly EquatableArray<Property>[] s_hints = [[new(QoSName, "0")], [new(QoSName, "1")], [new(QoSName, "2")]];

    /// <summary>An empty payload is an event like any other: on a retained topic it says that the topic was cleared.</summary>
    public static Inbound ToInbound(PublishPacket packet, EndpointId endpoint, DateTimeOffset now)
    {
        var user = packet.Properties.IsEmpty ? [] : packet.Properties.User.ToList();
        return new Inbound
        {
            Address = new Address(endpoint, packet.Topic),
            Event = new DataReported(
                packet.Payload,
                packet.Properties.Text(PropertyId.ContentType),
                packet.Retain,
                EquatableArray.From(user.Where(IsOwn)),
                HintsOf(packet)),
            Expires = MessageExpiry.EndOf(packet.Properties, now),
            Hops = int.TryParse(ValueOf(user, HopsName), NumberStyles.None, CultureInfo.InvariantCulture, out var hops) ? hops : 0,
            Severity = Enum.TryParse<Severity>(ValueOf(user, SeverityName), ignoreCase: true, out var severity) && Enum.IsDefined(severity) ? severity : null,
        };
    }

    /// <summary>The PUBLISH without its packet id. The properties are written in version 5 alone. Null for what MQTT does not carry.</summary>
    public static PublishPacket? ToPublish(Outbound outbound, DateTimeOffset now)
    {
        var data = outbound.Content switch
        {
            DataReported reported => reported,
            MessagePosted { Parts: [TextPart text] } => new DataReported(Payload.FromText(text.Text.Value), "text/plain"),
            _ => null,
        };
        return data is null ? null : new PublishPacket
        {
            Topic = outbound.To.Rest,
            Payload = data.Payload,
            QoS = QoSOf(ValueOf(outbound.Options, QoSName) ?? ValueOf(data.Hints, QoSName)),
            Retain = ValueOf(outbound.Options, "retain") == "true",
            Properties = new(EquatableArray.From(PropertiesOf(outbound, data, now))),
        };
    }

    private static IEnumerable<MqttProperty> PropertiesOf(Outbound outbound, DataReported data, DateTimeOffset now) =>
    [
        .. PropertiesOfMessage(outbound, data, now),
        // More than the QoS only when the message had more.
        .. data.Hints.Count > 1 ? PropertiesOfHints(data.Hints) : [],
        .. data.Properties.Where(IsOwn).Select(property => MqttProperty.User(property.Name, property.Value)),
        .. PropertiesForBridges(outbound),
    ];

    private static IEnumerable<MqttProperty> PropertiesOfMessage(Outbound outbound, DataReported data, DateTimeOffset now)
    {
        if (outbound.Content is MessagePosted)
        {
            yield return MqttProperty.Of(PropertyId.PayloadFormatIndicator, 1);
        }

        if (outbound.Expires is { } expires)
        {
            yield return MessageExpiry.Left(expires, now);
        }

        if (data.ContentType is not null)
        {
            yield return MqttProperty.Of(PropertyId.ContentType, data.ContentType);
        }
    }

    private static IEnumerable<MqttProperty> PropertiesForBridges(Outbound outbound)
    {
        yield return MqttProperty.User(EventIdName, outbound.Event.ToString());
        yield return MqttProperty.User(HopsName, outbound.Hops.ToString());
        if (outbound.Content is not MessagePosted)
        {
            yield break;
        }

        yield return MqttProperty.User(SeverityName, outbound.Severity.ToString().ToLowerInvariant());
        if (outbound.Source is { } source)
        {
            yield return MqttProperty.User(SourceName, source.Full);
        }

        if (outbound.Sender is { } sender)
        {
            yield return MqttProperty.User(SenderName, sender.Value);
        }
    }

    private static bool IsOwn(Property property) => !property.Name.StartsWith(Reserved, StringComparison.Ordinal);

    /// <summary>What a forward keeps, beside what every network can carry.</summary>
    private static EquatableArray<Property> HintsOf(PublishPacket packet)
    {
        var hints = s_hints[(int)packet.QoS];
        if (packet.Properties.IsEmpty)
        {
            return hints;
        }

        List<Property>? more = null;
        var items = packet.Properties.Items;
        for (var i = 0; i < items.Count; i++)
        {
            if (HintOf(items[i]) is { } hint)
            {
                (more ??= [.. hints]).Add(hint);
            }
        }

        return more is null ? hints : EquatableArray.From(more);
    }

    private static Property? HintOf(MqttProperty property) => property.Id switch
    {
        PropertyId.ResponseTopic => new Property(ResponseTopicName, property.Text),
        PropertyId.CorrelationData => new Property(CorrelationName, Convert.ToBase64String(property.Data.Bytes.Span)),
        PropertyId.PayloadFormatIndicator when property.Number == 1 => new Property(FormatName, "text"),
        _ => null,
    };

    private static IEnumerable<MqttProperty> PropertiesOfHints(EquatableArray<Property> hints)
    {
        if (ValueOf(hints, ResponseTopicName) is { } topic)
        {
            yield return MqttProperty.Of(PropertyId.ResponseTopic, topic);
        }

        if (ValueOf(hints, CorrelationName) is { } data)
        {
            yield return MqttProperty.Of(PropertyId.CorrelationData, new Payload(Convert.FromBase64String(data)));
        }

        if (ValueOf(hints, FormatName) == "text")
        {
            yield return MqttProperty.Of(PropertyId.PayloadFormatIndicator, 1);
        }
    }

    private static QoS QoSOf(string? text) => text switch { "0" => QoS.AtMostOnce, "2" => QoS.ExactlyOnce, _ => QoS.AtLeastOnce };

    private static string? ValueOf(IEnumerable<Property> properties, string name)
    {
        foreach (var property in properties)
        {
            if (property.Name == name)
            {
                return property.Value;
            }
        }

        return null;
    }
}
