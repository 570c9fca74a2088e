using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>The checked options in the form the client works with.</summary>
internal sealed record ClientSettings
{
    private const int DefaultPort = 1883;

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required ProtocolVersion Version { get; init; }

    public required string ClientId { get; init; }

    public string? Username { get; init; }

    public Secret? Password { get; init; }

    public required uint SessionExpiry { get; init; }

    public required ushort KeepAlive { get; init; }

    /// <summary>Never more than the host's window: what the broker may send must fit into it.</summary>
    public required int ReceiveMaximum { get; init; }

    public required int MaxPacket { get; init; }

    public static ClientSettings From(MqttOptions options, EndpointContext context) => new()
    {
        Host = options.Url!.DnsSafeHost,
        Port = options.Url.Port < 0 ? DefaultPort : options.Url.Port,
        Version = options.Protocol == "5" ? ProtocolVersion.V5 : ProtocolVersion.V311,
        ClientId = options.Session.ClientId ?? $"bridge-{context.Id}",
        Username = options.Username,
        Password = options.Password,
        SessionExpiry = (uint)Math.Clamp(options.Session.Expiry.TotalSeconds, 0, uint.MaxValue),
        KeepAlive = (ushort)Math.Ceiling(options.KeepAlive.TotalSeconds),
        ReceiveMaximum = Math.Clamp(Math.Min(options.ReceiveMaximum, context.Window), 1, OptionChecks.MaxReceiveMaximum),
        MaxPacket = (int)options.MaxPacket.Bytes,
    };

    /// <summary>Persistent session: clean start is never asked for.</summary>
    public ConnectPacket Connect() => new()
    {
        Version = Version,
        ClientId = ClientId,
        KeepAlive = KeepAlive,
        Username = Username,
        Password = Password is null ? null : Payload.FromText(Password.Reveal()),
        Properties = new([
            MqttProperty.Of(PropertyId.SessionExpiryInterval, SessionExpiry),
            MqttProperty.Of(PropertyId.ReceiveMaximum, (uint)ReceiveMaximum),
            MqttProperty.Of(PropertyId.MaximumPacketSize, (uint)MaxPacket),
        ]),
    };
}
