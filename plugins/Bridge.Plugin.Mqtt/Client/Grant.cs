using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>What the broker grants for one connection (CONNACK). Version 3.1.1 says nothing and grants all.</summary>
internal sealed record Grant
{
    public bool SessionPresent { get; init; }

    /// <summary>How many of our publishes may be unacknowledged.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    public QoS MaximumQoS { get; init; } = QoS.ExactlyOnce;

    public bool RetainAvailable { get; init; } = true;

    public bool SubscriptionIdentifiersAvailable { get; init; } = true;

    /// <summary>For how long the broker keeps the session, when that is not what was asked for.</summary>
    public uint? SessionExpiry { get; init; }

    public long MaximumPacketSize { get; init; } = long.MaxValue;

    /// <summary>How many topic aliases we may give on this connection.</summary>
    public ushort TopicAliasMaximum { get; init; }

    public TimeSpan KeepAlive { get; init; }

    public static Grant From(ConnAckPacket connAck, ushort keepAlive) => new()
    {
        SessionPresent = connAck.SessionPresent,
        ReceiveMaximum = (int)(connAck.Properties.Number(PropertyId.ReceiveMaximum) ?? ushort.MaxValue),
        MaximumQoS = (QoS)(connAck.Properties.Number(PropertyId.MaximumQoS) ?? (uint)QoS.ExactlyOnce),
        RetainAvailable = connAck.Properties.Number(PropertyId.RetainAvailable) != 0,
        SubscriptionIdentifiersAvailable = connAck.Properties.Number(PropertyId.SubscriptionIdentifierAvailable) != 0,
        SessionExpiry = connAck.Properties.Number(PropertyId.SessionExpiryInterval),
        MaximumPacketSize = connAck.Properties.Number(PropertyId.MaximumPacketSize) ?? long.MaxValue,
        TopicAliasMaximum = (ushort)(connAck.Properties.Number(PropertyId.TopicAliasMaximum) ?? 0),
        KeepAlive = TimeSpan.FromSeconds(connAck.Properties.Number(PropertyId.ServerKeepAlive) ?? keepAlive),
    };

    /// <summary>Where the broker grants less than was asked for.</summary>
    public List<string> Describe(ClientSettings settings)
    {
        var less = new List<string>();
        if (SessionExpiry is { } seconds && seconds < settings.SessionExpiry)
        {
            less.Add($"the broker keeps messages for {seconds} s while Bridge is away, not for the {settings.SessionExpiry} s of session.expiry");
        }

        if (MaximumQoS < QoS.ExactlyOnce)
        {
            less.Add($"the broker does QoS {(int)MaximumQoS} at most: whatever a destination asks for beyond is sent with that");
        }

        return less;
    }
}
