namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>
/// The wire or the peer cannot carry a packet; nothing of it was written and the connection is as before. The message holds nothing of the packet.
/// </summary>
internal sealed class MqttEncodingException(string message, string? cure = null) : Exception(message)
{
    /// <summary>What a person can do about it; null when nothing.</summary>
    public string? Cure { get; } = cure;
}
