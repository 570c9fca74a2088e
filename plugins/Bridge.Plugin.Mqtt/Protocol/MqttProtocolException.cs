namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>
/// The peer broke the protocol; the connection is to be closed, in version 5 with a DISCONNECT (before the session: CONNACK) of this reason.
/// The message is for the operator and holds nothing that the peer sent.
/// </summary>
internal sealed class MqttProtocolException(ReasonCode reason, string message) : Exception(message)
{
    public ReasonCode Reason { get; } = reason;

    public static MqttProtocolException Malformed(string message) => new(ReasonCode.MalformedPacket, message);

    public static MqttProtocolException ProtocolError(string message) => new(ReasonCode.ProtocolError, message);
}
