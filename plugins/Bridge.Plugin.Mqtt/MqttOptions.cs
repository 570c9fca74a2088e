using System.ComponentModel;
using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt;

/// <summary>The options of one MQTT endpoint: a client of a broker (<see cref="Url"/>), or a broker of its own (<see cref="Embedded"/>).</summary>
public sealed record MqttOptions
{
    [Description("The broker to connect to: mqtt://host:1883, mqtts://host:8883 (TLS), ws://host:9001/mqtt or wss://host:443/mqtt (WebSocket). "
        + "Without a port 1883, 8883, 80 or 443 is meant.")]
    public Uri? Url { get; init; }

    [Description("The user name the broker asks for.")]
    [Example("bridge")]
    public string? Username { get; init; }

    [Description("The password the broker asks for.")]
    public Secret? Password { get; init; }

    [Description("Certificates for mqtts:// and wss://.")]
    public TlsOptions? Tls { get; init; }

    [Description("The protocol version: 5 or 3.1.1. Version 3.1.1 carries no user properties, content types or expiry, and cannot hold back own messages: "
        + "there, do not publish to a topic that a route listens to.")]
    [Example("3.1.1")]
    public string Protocol { get; init; } = "5";

    [Description("The session that the broker keeps while Bridge is away.")]
    public SessionOptions Session { get; init; } = new();

    [Description("How often an idle connection is probed; 0 turns it off. The broker may ask for another interval.")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    [Description("How many messages of QoS 1 the broker may send ahead of our acknowledgement.")]
    public int ReceiveMaximum { get; init; } = 1000;

    [Description("The largest packet accepted from the broker.")]
    public ByteSize MaxPacket { get; init; } = new(16_000_000);

    [Description("When the broker sends what it retained: always (at every connection), if_new (for topics that no route listened to before) or never (version 5).")]
    public RetainedReplay RetainHandling { get; init; } = RetainedReplay.Always;

    [Description("What the broker publishes when Bridge is gone: when it stops, and when its connection is lost.")]
    public WillOptions? Will { get; init; }

    [Description("What Bridge publishes first on every connection.")]
    public AnnouncementOptions? Birth { get; init; }

    [Description("Instead of url: run a broker inside Bridge.")]
    public EmbeddedOptions? Embedded { get; init; }
}

/// <summary>When retained messages are replayed.</summary>
public enum RetainedReplay
{
    /// <summary>At every connection: the rules compare them with what they knew, so nothing that changed meanwhile is missed.</summary>
    Always,

    /// <summary>For new subscriptions.</summary>
    IfNew,

    /// <summary>Not at all.</summary>
    Never,
}

/// <summary>The broker's memory of the client.</summary>
public sealed record SessionOptions
{
    [Description("The client id, unique at the broker. Without it: bridge-<endpoint>. Changing it leaves the old session's queue behind.")]
    [Example("bridge-1")]
    public string? ClientId { get; init; }

    [Description("For how long the broker queues messages while Bridge is away (version 5; in 3.1.1 the broker decides).")]
    [Example("7d")]
    public TimeSpan Expiry { get; init; } = TimeSpan.FromDays(1);
}
