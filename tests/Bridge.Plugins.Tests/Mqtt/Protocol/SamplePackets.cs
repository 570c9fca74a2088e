using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugins.Tests.Mqtt.Protocol;

/// <summary>One or more packets of every type, with every property somewhere.</summary>
internal static class SamplePackets
{
    public static IReadOnlyList<MqttPacket> V5 { get; } =
    [
        new ConnectPacket { Version = ProtocolVersion.V5, ClientId = "", CleanStart = true },
        new ConnectPacket
        {
            Version = ProtocolVersion.V5,
            ClientId = "bridge-home",
            CleanStart = true,
            KeepAlive = 30,
            Username = "üser",
            Password = Payload.FromText("pass"),
            Will = new Will
            {
                Topic = "bridge/status",
                Payload = Payload.FromText("offline"),
                QoS = QoS.AtLeastOnce,
                Retain = true,
                Properties = new([MqttProperty.Of(PropertyId.WillDelayInterval, 5), .. Message()]),
            },
            Properties = new([
                MqttProperty.Of(PropertyId.SessionExpiryInterval, uint.MaxValue), MqttProperty.Of(PropertyId.ReceiveMaximum, 65535),
                MqttProperty.Of(PropertyId.MaximumPacketSize, 1_000_000), MqttProperty.Of(PropertyId.TopicAliasMaximum, 0),
                MqttProperty.Of(PropertyId.RequestProblemInformation, 1), MqttProperty.Of(PropertyId.RequestResponseInformation, 0),
                MqttProperty.Of(PropertyId.AuthenticationMethod, "SCRAM"), MqttProperty.Of(PropertyId.AuthenticationData, Payload.FromText("x")),
            ]),
        },
        new ConnAckPacket { Reason = ReasonCode.NotAuthorized },
        new ConnAckPacket
        {
            SessionPresent = true,
            Properties = new([
                MqttProperty.Of(PropertyId.AssignedClientIdentifier, "auto-1"), MqttProperty.Of(PropertyId.ServerKeepAlive, 10),
                MqttProperty.Of(PropertyId.ResponseInformation, "r"), MqttProperty.Of(PropertyId.ServerReference, "other"),
                MqttProperty.Of(PropertyId.MaximumQoS, 1), MqttProperty.Of(PropertyId.RetainAvailable, 0),
                MqttProperty.Of(PropertyId.WildcardSubscriptionAvailable, 1), MqttProperty.Of(PropertyId.SubscriptionIdentifierAvailable, 0),
                MqttProperty.Of(PropertyId.SharedSubscriptionAvailable, 0), MqttProperty.Of(PropertyId.ReasonString, "welcome"),
            ]),
        },
        new PublishPacket { Topic = "a/b", Payload = Payload.FromText("hello") },
        new PublishPacket { Topic = "a/ß/🎈", QoS = QoS.AtLeastOnce, PacketId = 1, Retain = true },
        new PublishPacket
        {
            Topic = "",
            QoS = QoS.ExactlyOnce,
            PacketId = 65535,
            Dup = true,
            Payload = new Payload(new byte[300_000]),
            Properties = new([
                .. Message(), MqttProperty.Of(PropertyId.TopicAlias, 7),
                MqttProperty.Of(PropertyId.SubscriptionIdentifier, 1), MqttProperty.Of(PropertyId.SubscriptionIdentifier, VariableByteInteger.Max),
            ]),
        },
        new PubAckPacket { PacketId = 1 },
        new PubAckPacket { PacketId = 2, Reason = ReasonCode.QuotaExceeded },
        new PubRecPacket { PacketId = 3, Reason = ReasonCode.NoMatchingSubscribers, Properties = new([MqttProperty.Of(PropertyId.ReasonString, "why")]) },
        new PubRelPacket { PacketId = 4, Reason = ReasonCode.PacketIdentifierNotFound },
        new PubCompPacket { PacketId = 5, Properties = new([MqttProperty.User("a", "b"), MqttProperty.User("a", "c")]) },
        new SubscribePacket
        {
            PacketId = 6,
            Subscriptions = [new("a/+/#", QoS.AtLeastOnce, NoLocal: true), new("+", QoS.ExactlyOnce, RetainAsPublished: true, RetainHandling: RetainHandling.Never)],
            Properties = new([MqttProperty.Of(PropertyId.SubscriptionIdentifier, 12345)]),
        },
        new SubAckPacket { PacketId = 6, Reasons = [ReasonCode.GrantedQoS1, ReasonCode.TopicFilterInvalid] },
        new UnsubscribePacket { PacketId = 7, Filters = ["a", "b/#"] },
        new UnsubAckPacket { PacketId = 7, Reasons = [ReasonCode.Success, ReasonCode.NoSubscriptionExisted] },
        new PingReqPacket(),
        new PingRespPacket(),
        new DisconnectPacket(),
        new DisconnectPacket { Reason = ReasonCode.ServerMoved, Properties = new([MqttProperty.Of(PropertyId.ServerReference, "there")]) },
        new AuthPacket { Reason = ReasonCode.ContinueAuthentication, Properties = new([MqttProperty.Of(PropertyId.AuthenticationMethod, "m")]) },
    ];

    public static IReadOnlyList<MqttPacket> V311 { get; } =
    [
        new ConnectPacket { Version = ProtocolVersion.V311, ClientId = "c", CleanStart = true, KeepAlive = 60 },
        new ConnectPacket
        {
            Version = ProtocolVersion.V311,
            ClientId = "c",
            Username = "u",
            Password = Payload.FromText("p"),
            Will = new Will { Topic = "w", Payload = Payload.FromText("gone") },
        },
        new ConnAckPacket { SessionPresent = true },
        new ConnAckPacket { Reason = ReasonCode.BadUserNameOrPassword },
        new PublishPacket { Topic = "a", QoS = QoS.AtLeastOnce, PacketId = 9, Dup = true, Payload = Payload.FromText("x") },
        new PubAckPacket { PacketId = 9 },
        new PubRecPacket { PacketId = 9 },
        new PubRelPacket { PacketId = 9 },
        new PubCompPacket { PacketId = 9 },
        new SubscribePacket { PacketId = 1, Subscriptions = [new("#", QoS.AtMostOnce)] },
        new SubAckPacket { PacketId = 1, Reasons = [ReasonCode.UnspecifiedError] },
        new UnsubscribePacket { PacketId = 2, Filters = ["#"] },
        new UnsubAckPacket { PacketId = 2 },
        new PingReqPacket(),
        new PingRespPacket(),
        new DisconnectPacket(),
    ];

    private static MqttProperty[] Message() =>
    [
        MqttProperty.Of(PropertyId.PayloadFormatIndicator, 1), MqttProperty.Of(PropertyId.MessageExpiryInterval, 60),
        MqttProperty.Of(PropertyId.ContentType, "application/json"), MqttProperty.Of(PropertyId.ResponseTopic, "answer/here"),
        MqttProperty.Of(PropertyId.CorrelationData, Payload.FromText("42")), MqttProperty.User("bridge-hops", "1"),
    ];
}
