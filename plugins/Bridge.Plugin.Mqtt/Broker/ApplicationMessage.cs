using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>One published message, on its way to any number of subscribers.</summary>
internal sealed record ApplicationMessage
{
    public required string Topic { get; init; }

    public required Payload Payload { get; init; }

    public required QoS QoS { get; init; }

    public bool Retain { get; init; }

    /// <summary>Those that travel from end to end (section 3.3.2.3); the expiry is in <see cref="Expires"/>.</summary>
    public MqttProperties Properties { get; init; }

    public DateTimeOffset? Expires { get; init; }

    /// <summary>The client id of the publisher; null for Bridge itself.</summary>
    public string? Publisher { get; init; }

    /// <summary>What it takes to keep it, in bytes.</summary>
    public long Size => Topic.Length + Payload.Bytes.Length + Properties.Size;

    public static ApplicationMessage From(PublishPacket packet, string? publisher, DateTimeOffset now) => new()
    {
        Topic = packet.Topic,
        Payload = packet.Payload,
        QoS = packet.QoS,
        Retain = packet.Retain,
        Properties = EndToEnd(packet.Properties),
        Expires = MessageExpiry.EndOf(packet.Properties, now),
        Publisher = publisher,
    };

    public static ApplicationMessage From(Will will, string publisher, DateTimeOffset now) =>
        From(
            new PublishPacket { Topic = will.Topic, Payload = will.Payload, QoS = will.QoS, Retain = will.Retain, Properties = will.Properties },
            publisher,
            now);

    public bool IsExpired(DateTimeOffset now) => Expires <= now;

    /// <summary>As one subscriber gets it, but for the packet id and the remaining expiry.</summary>
    /// <param name="qos">The lesser of published and granted.</param>
    /// <param name="retain">What the subscription asks for.</param>
    /// <param name="identifiers">Of the subscriptions that matched.</param>
    public PublishPacket ToPacket(QoS qos, bool retain, EquatableArray<uint> identifiers = default) => new()
    {
        Topic = Topic,
        Payload = Payload,
        QoS = qos,
        Retain = retain,
        Properties = identifiers.Count == 0
            ? Properties
            : new([.. Properties.Items, .. identifiers.Select(identifier => MqttProperty.Of(PropertyId.SubscriptionIdentifier, identifier))]),
    };

    private static MqttProperties EndToEnd(MqttProperties properties) => properties.IsEmpty
        ? default
        : new(EquatableArray.From(properties.Items.Where(item => item.Id is PropertyId.PayloadFormatIndicator or PropertyId.ContentType
            or PropertyId.ResponseTopic or PropertyId.CorrelationData or PropertyId.UserProperty)));
}
