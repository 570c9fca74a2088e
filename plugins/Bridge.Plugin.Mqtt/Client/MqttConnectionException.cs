namespace Bridge.Plugin.Mqtt.Client;

/// <summary>The connection to the broker could not be made or has ended. The message is for the operator: no address, topic or secret.</summary>
internal sealed class MqttConnectionException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True when the broker ended an accepted connection and did not say why.</summary>
    public bool IsSilentClose { get; init; }
}
