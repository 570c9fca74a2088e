using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;
using Bridge.Plugin.Mqtt.Protocol.Transport;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>The checked options in the form the client works with.</summary>
internal sealed record ClientSettings
{
    /// <summary>Enough for the topics of a house; the table costs little.</summary>
    public const ushort TopicAliasMaximum = 1000;

    public required ClientTransport Transport { get; init; }

    public required CertificateFiles Certificates { get; init; }

    public required ProtocolVersion Version { get; init; }

    public required string ClientId { get; init; }

    public string? Username { get; init; }

    public Secret? Password { get; init; }

    public required uint SessionExpiry { get; init; }

    public required ushort KeepAlive { get; init; }

    /// <summary>Never more than the host's window: what the broker may send must fit into it.</summary>
    public required int ReceiveMaximum { get; init; }

    public required int MaxPacket { get; init; }

    public RetainHandling RetainHandling { get; init; }

    public Will? Will { get; init; }

    /// <summary>What is published first on every connection; null for nothing.</summary>
    public PublishPacket? Birth { get; init; }

    public static ClientSettings From(MqttOptions options, EndpointContext context)
    {
        var certificates = new CertificateFiles(options.Tls?.Ca?.FullName, options.Tls?.Cert?.FullName, options.Tls?.Key?.FullName, "tls");
        return From(options, context, certificates, new ClientTransport(options.Url!, certificates, options.Tls?.Verify ?? true, context.Clock));
    }

    private static ClientSettings From(MqttOptions options, EndpointContext context, CertificateFiles certificates, ClientTransport transport) => new()
    {
        Transport = transport,
        Certificates = certificates,
        Version = options.Protocol == "5" ? ProtocolVersion.V5 : ProtocolVersion.V311,
        ClientId = options.Session.ClientId ?? $"bridge-{context.Id}",
        Username = options.Username,
        Password = options.Password,
        SessionExpiry = (uint)Math.Clamp(options.Session.Expiry.TotalSeconds, 0, uint.MaxValue),
        KeepAlive = (ushort)Math.Ceiling(options.KeepAlive.TotalSeconds),
        ReceiveMaximum = Math.Clamp(Math.Min(options.ReceiveMaximum, context.Window), 1, OptionChecks.MaxReceiveMaximum),
        MaxPacket = (int)options.MaxPacket.Bytes,
        RetainHandling = (RetainHandling)options.RetainHandling,
        Will = options.Will is { } will ? WillOf(will) : null,
        Birth = options.Birth is { } birth
            ? new PublishPacket { Topic = birth.Topic, Payload = Payload.FromText(birth.Payload), QoS = (QoS)birth.Qos, Retain = birth.Retain }
            : null,
    };

    /// <summary>A try that must leave nothing behind; see <see cref="BrokerProbe"/>.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Persistent session: only a probe asks for a clean start.</summary>
    public ConnectPacket Connect() => new()
    {
        Version = Version,
        ClientId = ClientId,
        CleanStart = IsProbe,
        KeepAlive = KeepAlive,
        Will = Will,
        Username = Username,
        Password = Password is null ? null : Payload.FromText(Password.Reveal()),
        Properties = new([
            MqttProperty.Of(PropertyId.SessionExpiryInterval, SessionExpiry),
            MqttProperty.Of(PropertyId.ReceiveMaximum, (uint)ReceiveMaximum),
            MqttProperty.Of(PropertyId.MaximumPacketSize, (uint)MaxPacket),
            MqttProperty.Of(PropertyId.TopicAliasMaximum, TopicAliasMaximum),
        ]),
    };

    private static Will WillOf(WillOptions options) => new()
    {
        Topic = options.Topic,
        Payload = Payload.FromText(options.Payload),
        QoS = (QoS)options.Qos,
        Retain = options.Retain,
        Properties = options.Delay > TimeSpan.Zero
            ? new([MqttProperty.Of(PropertyId.WillDelayInterval, (uint)Math.Clamp(options.Delay.TotalSeconds, 1, uint.MaxValue))])
            : default,
    };
}
