using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>What a client's CONNECT settled for its connection.</summary>
internal sealed class ClientTerms
{
    /// <summary>Of a client whose CONNECT was not accepted yet.</summary>
    public static ClientTerms Unknown { get; } = new();

    /// <summary>How many messages of QoS 1 and 2 it takes ahead of its acknowledgements.</summary>
    public int SendMaximum { get; private init; }

    /// <summary>The largest packet it takes.</summary>
    public long MaxPacketSize { get; private init; } = long.MaxValue;

    /// <summary>It wants reasons in words beside the numbers.</summary>
    public bool WantsReasons { get; private init; } = true;

    public static ClientTerms Of(ConnectPacket connect, EmbeddedLimits limits) => new()
    {
        SendMaximum = (int)Math.Min(connect.Properties.Number(PropertyId.ReceiveMaximum) ?? uint.MaxValue, limits.Inflight),
        MaxPacketSize = connect.Properties.Number(PropertyId.MaximumPacketSize) ?? long.MaxValue,
        WantsReasons = connect.Properties.Number(PropertyId.RequestProblemInformation) != 0,
    };

    /// <summary>Whether it may be sent as it is.</summary>
    public bool Admits(MqttPacket packet, ProtocolVersion version)
    {
        // Section 3.1.2.11.7: these may always explain themselves.
        if (!WantsReasons && !packet.Properties.IsEmpty && packet is not (PublishPacket or ConnAckPacket or DisconnectPacket))
        {
            return false;
        }

        return MaxPacketSize >= int.MaxValue || PacketEncoder.Measure(packet, version) <= MaxPacketSize;
    }
}

/// <summary>Reasons in words, for version 5. They name what the protocol names, never a topic or a user.</summary>
internal static class Reasons
{
    public static MqttProperties Of(string? because) =>
        because is null ? default : new([MqttProperty.Of(PropertyId.ReasonString, because)]);
}
