namespace Bridge.Plugin.Mqtt.Client;

/// <summary>The connection to the broker could not be made or has ended. The message is for the operator: no address, topic or secret.</summary>
internal sealed class MqttConnectionException(string message, Exception? inner = null) : Exception(message, inner);
