using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>What a client's CONNECT settled for its connection.</summary>
internal sealed class ClientTerms(SentAliases aliases)
{
    /// <summary>How many aliases each side may give topics.</summary>
    public const ushort TopicAliases = 100;

    /// <summary>What an alias adds to a packet that still names its topic.</summary>
    private const int AliasSize = 3;

    /// <summary>Of a client whose CONNECT was not accepted yet.</summary>
    public static ClientTerms Unknown { get; } = new(new SentAliases(0));

    /// <summary>How many messages of QoS 1 and 2 it takes ahead of its acknowledgements.</summary>
    public int SendMaximum { get; private init; }

    /// <summary>The largest packet it takes.</summary>
    public long MaxPacketSize { get; private init; } = long.MaxValue;

    /// <summary>It wants reasons in words beside the numbers.</summary>
    public bool WantsReasons { get; private init; } = true;

    public static ClientTerms Of(ConnectPacket connect, EmbeddedLimits limits) => new(
        new SentAliases((ushort)Math.Min(connect.Properties.Number(PropertyId.TopicAliasMaximum) ?? 0, TopicAliases)))
    {
        SendMaximum = (int)Math.Min(connect.Properties.Number(PropertyId.ReceiveMaximum) ?? uint.MaxValue, limits.Inflight),
        MaxPacketSize = connect.Properties.Number(PropertyId.MaximumPacketSize) ?? long.MaxValue,
        WantsReasons = connect.Properties.Number(PropertyId.RequestProblemInformation) != 0,
    };

    /// <summary>The message as it goes out; null when it is larger than the client takes. Called in the order of sending.</summary>
    public PublishPacket? Admit(PublishPacket packet, ProtocolVersion version)
    {
        if (MaxPacketSize >= int.MaxValue)
        {
            return aliases.Apply(packet);
        }

        var size = PacketEncoder.Measure(packet, version);
        return size + AliasSize <= MaxPacketSize ? aliases.Apply(packet) : size <= MaxPacketSize ? packet : null;
    }

    /// <summary>Whether an answer may be sent as it is.</summary>
    public bool Admits(MqttPacket packet, ProtocolVersion version)
    {
        // Section 3.1.2.11.7: these may always explain themselves.
        if (!WantsReasons && !packet.Properties.IsEmpty && packet is not (ConnAckPacket or DisconnectPacket))
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
