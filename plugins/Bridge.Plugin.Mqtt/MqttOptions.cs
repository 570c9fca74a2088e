namespace Bridge.Plugin.Mqtt;

/// <summary>The options of one MQTT endpoint.</summary>
public sealed record MqttOptions
{
}
