using System.ComponentModel;
using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt;

/// <summary>The embedded broker.</summary>
public sealed record EmbeddedOptions
{
    [Description("The addresses to listen on: an IP address and port, after mqtt://, mqtts://, ws:// or wss:// when it is not plain MQTT.")]
    [Example("[\"127.0.0.1:1883\", \"mqtts://0.0.0.0:8883\"]")]
    public EquatableArray<string> Listen { get; init; } = ["127.0.0.1:1883"];

    [Description("The certificate of mqtts:// and wss://.")]
    public EmbeddedTls? Tls { get; init; }

    [Description("Web pages that may connect by WebSocket, * for all. Programs other than browsers need no entry.")]
    [Example("[\"https://panel.example.org\"]")]
    public EquatableArray<string> Origins { get; init; }

    [Description("Who may connect, by user name.")]
    public IReadOnlyDictionary<string, EmbeddedUser> Users { get; init; } = new Dictionary<string, EmbeddedUser>();

    [Description("Who may connect without a user name.")]
    public AnonymousAccess Anonymous { get; init; } = AnonymousAccess.Loopback;

    [Description("What one broker bears.")]
    public EmbeddedLimits Limits { get; init; } = new();

    /// <summary>A broker that runs with the other options can take these without a restart.</summary>
    internal bool ListensLike(EmbeddedOptions other) =>
        Listen == other.Listen && Origins == other.Origins && (Tls is { } tls ? tls.IsLike(other.Tls) : other.Tls is null);
}

/// <summary>TLS of the embedded broker. Changed files count from the next connection on.</summary>
public sealed record EmbeddedTls
{
    [Description("A PEM file with the broker's certificate, followed by intermediate ones.")]
    [Example("/etc/bridge/broker.pem")]
    public required FileInfo Cert { get; init; }

    [Description("A PEM file with the private key of 'cert', not protected by a passphrase.")]
    [Example("/etc/bridge/broker.key")]
    public required FileInfo Key { get; init; }

    [Description("A PEM file with certificates of authorities: clients must then show a certificate that one of them has signed.")]
    [Example("/etc/bridge/clients-ca.pem")]
    public FileInfo? Ca { get; init; }

    [Description("Whether the common name (CN) of a client's certificate is its user, without a password. Needs 'ca'.")]
    public bool CertificateUser { get; init; }

    internal bool IsLike(EmbeddedTls? other) => other is not null
        && (Cert.FullName, Key.FullName, Ca?.FullName) == (other.Cert.FullName, other.Key.FullName, other.Ca?.FullName)
        && CertificateUser == other.CertificateUser;
}

/// <summary>Who may connect to the embedded broker without a user name.</summary>
public enum AnonymousAccess
{
    /// <summary>Nobody.</summary>
    Never,

    /// <summary>Programs on this machine.</summary>
    Loopback,

    /// <summary>Everybody who reaches the port.</summary>
    Always,
}

/// <summary>One user of the embedded broker. In its filters <c>%u</c> is the user's name, <c>%c</c> the client id.</summary>
public sealed record EmbeddedUser
{
    [Description("The user's password.")]
    public Secret? Password { get; init; }

    [Description("Instead of password: what `bridge passwd` prints.")]
    [Example("$pbkdf2-sha256$i=600000$ZXhhbXBsZSBvZiBhIHNhbA$hpkX5Jay0/IEsV1uwB/mYAEIlPD6ug7Laqp9QrQ8iI0")]
    public PasswordHash? PasswordHash { get; init; }

    [Description("Topic filters the user may publish to. %u stands for the user name, %c for the client id.")]
    [Example("[\"tele/#\"]")]
    public EquatableArray<string> Publish { get; init; } = ["#"];

    [Description("Topic filters the user may subscribe to. %u stands for the user name, %c for the client id. # does not include $SYS.")]
    [Example("[]")]
    public EquatableArray<string> Subscribe { get; init; } = ["#", "$SYS/#"];

    /// <summary>Whoever logged in as the other may stay logged in as this one.</summary>
    internal bool LogsInLike(EmbeddedUser other) => Password?.Reveal() == other.Password?.Reveal() && PasswordHash == other.PasswordHash;
}

/// <summary>Bounds of the embedded broker.</summary>
public sealed record EmbeddedLimits
{
    [Description("Connected clients at most.")]
    public int Clients { get; init; } = 200;

    [Description("Connected clients of one user at most. All clients without a user name are one user. Not given: three quarters of `clients`, or all where there is one user.")]
    [Example("50")]
    public int? UserClients { get; init; }

    [Description("Sessions of one user at most, of clients that are connected or will come back. All clients without a user name are one user.")]
    public int Sessions { get; init; } = 1000;

    [Description("The largest packet accepted.")]
    public ByteSize Packet { get; init; } = new(1_000_000);

    [Description("Messages of QoS 1 and 2 sent to one client ahead of its acknowledgements.")]
    public int Inflight { get; init; } = 256;

    [Description("Messages queued for one client that is away or slow; the oldest go first, counted.")]
    public int Queue { get; init; } = 1000;

    [Description("Their size together.")]
    public ByteSize QueueBytes { get; init; } = new(16_000_000);

    [Description("How often one client id may connect in a minute.")]
    public int Connects { get; init; } = 60;

    [Description("The longest keep-alive of a client: one of version 5 that asks for more, or for none, is told this. 0 leaves it to the clients.")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromHours(1);
}
