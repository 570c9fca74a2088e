namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>The control packets (MQTT 5 section 2.1.2).</summary>
internal enum PacketType : byte
{
    Connect = 1,
    ConnAck = 2,
    Publish = 3,
    PubAck = 4,
    PubRec = 5,
    PubRel = 6,
    PubComp = 7,
    Subscribe = 8,
    SubAck = 9,
    Unsubscribe = 10,
    UnsubAck = 11,
    PingReq = 12,
    PingResp = 13,
    Disconnect = 14,
    Auth = 15,
}

/// <summary>The protocol level as CONNECT carries it.</summary>
internal enum ProtocolVersion : byte
{
    V311 = 4,
    V5 = 5,
}

/// <summary>How hard a delivery is tried.</summary>
internal enum QoS : byte
{
    AtMostOnce = 0,
    AtLeastOnce = 1,
    ExactlyOnce = 2,
}

/// <summary>When the broker replays retained messages for a subscription (version 5).</summary>
internal enum RetainHandling : byte
{
    Always = 0,
    IfNew = 1,
    Never = 2,
}
