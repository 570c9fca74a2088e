using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>One control packet: a closed hierarchy, compared by content. It prints as its type: topics and payloads are not for logs.</summary>
internal abstract record MqttPacket
{
    public abstract PacketType Type { get; }

    /// <summary>The properties of version 5; never written in 3.1.1.</summary>
    public MqttProperties Properties { get; init; }

    public sealed override string ToString() => Type.ToString();
}

internal sealed record ConnectPacket : MqttPacket
{
    public override PacketType Type => PacketType.Connect;

    public required ProtocolVersion Version { get; init; }

    /// <summary>May be empty: the broker then assigns one.</summary>
    public required string ClientId { get; init; }

    /// <summary>"Clean session" in 3.1.1.</summary>
    public bool CleanStart { get; init; }

    /// <summary>In seconds; 0 turns it off.</summary>
    public ushort KeepAlive { get; init; }

    public string? Username { get; init; }

    public Payload? Password { get; init; }

    public Will? Will { get; init; }
}

/// <summary>What the broker publishes when the client goes without DISCONNECT.</summary>
internal sealed record Will
{
    public required string Topic { get; init; }

    public Payload Payload { get; init; }

    public QoS QoS { get; init; }

    public bool Retain { get; init; }

    public MqttProperties Properties { get; init; }

    public override string ToString() => nameof(Will);
}

internal sealed record ConnAckPacket : MqttPacket
{
    public override PacketType Type => PacketType.ConnAck;

    public bool SessionPresent { get; init; }

    public ReasonCode Reason { get; init; }
}

internal sealed record PublishPacket : MqttPacket
{
    public override PacketType Type => PacketType.Publish;

    /// <summary>A valid topic name; empty only together with a topic alias.</summary>
    public required string Topic { get; init; }

    public Payload Payload { get; init; }

    public QoS QoS { get; init; }

    public bool Retain { get; init; }

    public bool Dup { get; init; }

    /// <summary>0 with QoS 0, never 0 otherwise.</summary>
    public ushort PacketId { get; init; }
}

/// <summary>The four packets that answer a PUBLISH or each other: an id and what became of it.</summary>
internal abstract record AckPacket : MqttPacket
{
    public required ushort PacketId { get; init; }

    /// <summary>Always success in 3.1.1.</summary>
    public ReasonCode Reason { get; init; }
}

internal sealed record PubAckPacket : AckPacket
{
    public override PacketType Type => PacketType.PubAck;
}

internal sealed record PubRecPacket : AckPacket
{
    public override PacketType Type => PacketType.PubRec;
}

internal sealed record PubRelPacket : AckPacket
{
    public override PacketType Type => PacketType.PubRel;
}

internal sealed record PubCompPacket : AckPacket
{
    public override PacketType Type => PacketType.PubComp;
}

internal sealed record SubscribePacket : MqttPacket
{
    public override PacketType Type => PacketType.Subscribe;

    public required ushort PacketId { get; init; }

    public required EquatableArray<Subscription> Subscriptions { get; init; }
}

/// <summary>One line of a SUBSCRIBE. The last three are of version 5.</summary>
internal readonly record struct Subscription(
    string Filter, QoS QoS, bool NoLocal = false, bool RetainAsPublished = false, RetainHandling RetainHandling = RetainHandling.Always)
{
    public override string ToString() => nameof(Subscription);
}

internal sealed record SubAckPacket : MqttPacket
{
    public override PacketType Type => PacketType.SubAck;

    public required ushort PacketId { get; init; }

    /// <summary>One per line of the SUBSCRIBE.</summary>
    public required EquatableArray<ReasonCode> Reasons { get; init; }
}

internal sealed record UnsubscribePacket : MqttPacket
{
    public override PacketType Type => PacketType.Unsubscribe;

    public required ushort PacketId { get; init; }

    public required EquatableArray<string> Filters { get; init; }
}

internal sealed record UnsubAckPacket : MqttPacket
{
    public override PacketType Type => PacketType.UnsubAck;

    public required ushort PacketId { get; init; }

    /// <summary>One per filter; empty in 3.1.1.</summary>
    public EquatableArray<ReasonCode> Reasons { get; init; }
}

internal sealed record PingReqPacket : MqttPacket
{
    public override PacketType Type => PacketType.PingReq;
}

internal sealed record PingRespPacket : MqttPacket
{
    public override PacketType Type => PacketType.PingResp;
}

internal sealed record DisconnectPacket : MqttPacket
{
    public override PacketType Type => PacketType.Disconnect;

    public ReasonCode Reason { get; init; }
}

/// <summary>Version 5 alone.</summary>
internal sealed record AuthPacket : MqttPacket
{
    public override PacketType Type => PacketType.Auth;

    public ReasonCode Reason { get; init; }
}
