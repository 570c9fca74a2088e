namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>
/// The message expiry interval (section 3.3.2.3.3): it tells the receiver what is left of a message's life, so it is lower in every later copy.
/// </summary>
internal static class MessageExpiry
{
    /// <summary>When the message ends, as of now; null for never.</summary>
    public static DateTimeOffset? EndOf(MqttProperties properties, DateTimeOffset now) =>
        properties.Number(PropertyId.MessageExpiryInterval) is { } seconds ? now.AddSeconds(seconds) : null;

    /// <summary>What is left, never nothing: whoever must send what has ended gives it its last second.</summary>
    public static MqttProperty Left(DateTimeOffset end, DateTimeOffset now) =>
        MqttProperty.Of(PropertyId.MessageExpiryInterval, (uint)Math.Clamp(Math.Ceiling((end - now).TotalSeconds), 1, uint.MaxValue));

    /// <summary>The packet with what is left of its message's life.</summary>
    public static PublishPacket Lowered(PublishPacket packet, DateTimeOffset? end, DateTimeOffset now)
    {
        if (end is not { } ends || Left(ends, now) is var left && left.Number == packet.Properties.Number(PropertyId.MessageExpiryInterval))
        {
            return packet;
        }

        return packet with { Properties = new([left, .. packet.Properties.Items.Where(item => item.Id != PropertyId.MessageExpiryInterval)]) };
    }
}
