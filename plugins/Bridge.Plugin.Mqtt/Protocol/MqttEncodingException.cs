namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>The wire cannot carry a packet; nothing of it was written and the connection is as before. The message holds nothing of the packet.</summary>
internal sealed class MqttEncodingException(string message) : Exception(message);
