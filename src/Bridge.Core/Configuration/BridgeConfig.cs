using Bridge.Abstractions;
using Bridge.Core.Sealing;

namespace Bridge.Core.Configuration;

/// <summary>What the user wrote, read, bound and validated: made only by the host's reader, which leaves nothing invalid in it.</summary>
public sealed record BridgeConfig
{
    /// <summary>Every time window and zoneless time is in this zone.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>The folder that holds store, key database, blobs and admin socket; null: the process's default.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Where the root key comes from when the configuration says so; null: the other sources, then a key file.</summary>
    public ConfiguredKey? EncryptionKey { get; init; }

    /// <summary>The least severe log that is written: trace, debug, info, warn or error.</summary>
    public string LogLevel { get; init; } = "info";

    /// <summary>The collector that gets traces and metrics; null: none.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>Null: no HTTP listener.</summary>
    public HttpConfig? Http { get; init; }

    public KeepConfig Keep { get; init; } = new();

    public AccessConfig Access { get; init; } = AccessConfig.Nobody;

    public required IReadOnlyList<EndpointConfig> Endpoints { get; init; }

    /// <summary>In path order, then position.</summary>
    public required IReadOnlyList<RouteConfig> Routes { get; init; }

    /// <summary>In path order, then position.</summary>
    public IReadOnlyList<LinkConfig> Links { get; init; } = [];

    public People People { get; init; } = People.Nobody;

    /// <summary>All that decides what is owed to whom.</summary>
    public Rules Rules => new() { Routes = Routes, Links = Links, People = People, Access = Access };
}

/// <summary>One endpoint.</summary>
public sealed record EndpointConfig
{
    public required EndpointId Id { get; init; }

    /// <summary>The plugin's name.</summary>
    public required string Plugin { get; init; }

    /// <summary>The plugin's options record, bound and checked; something unusable when <see cref="Failure"/> says why.</summary>
    public required object Options { get; init; }

    /// <summary>A hash over the endpoint's YAML and its secrets: a reload leaves the endpoint alone when it is the same.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>What the routes listen to on it: patterns over the rest of the address, each once, in ordinal order.</summary>
    public EquatableArray<string> Interests { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>Why the endpoint is disabled though the configuration wants it: its plugin did not load. Null otherwise.</summary>
    public string? Failure { get; init; }

    public EndpointLimits Limits { get; init; } = new();

    /// <summary>Patterns over the rest of the address; when not empty, only these are spoken to or heard.</summary>
    public EquatableArray<string> Allow { get; init; }

    /// <summary>Patterns over the rest of the address that are neither spoken to nor heard.</summary>
    public EquatableArray<string> Deny { get; init; }

    public SourcePosition Position { get; init; }

    /// <summary>True when an endpoint that runs with the other configuration need not restart for this one.</summary>
    public bool RunsLike(EndpointConfig other) => Fingerprint == other.Fingerprint && Interests == other.Interests;

    /// <summary>True when nothing differs but what an endpoint may take while it runs (<see cref="IAdapt"/>): its options and its interests.</summary>
    public bool MayAdaptTo(EndpointConfig other) =>
        (Plugin, Enabled, Failure, Limits, Allow, Deny) == (other.Plugin, other.Enabled, other.Failure, other.Limits, other.Allow, other.Deny);
}

/// <summary>Health, metrics and webhooks.</summary>
/// <param name="Listen">Where the host listens.</param>
/// <param name="PublicUrl">How others reach it; null when they do not.</param>
/// <param name="MetricsToken">Who shows it may see metrics and details; null: on a loopback address everybody, elsewhere nobody.</param>
public sealed record HttpConfig(System.Net.IPEndPoint Listen, Uri? PublicUrl = null, Secret? MetricsToken = null)
{
    public bool IsSameAs(HttpConfig? other) =>
        other is not null && Listen.Equals(other.Listen) && PublicUrl == other.PublicUrl && MetricsToken?.Reveal() == other.MetricsToken?.Reveal();
}

/// <summary>How long things are kept; null: for ever. Ids outlive bodies, so that edits and reactions go on working.</summary>
public sealed record KeepConfig(TimeSpan? Messages = null, TimeSpan? Attachments = null, TimeSpan? Ids = null)
{
    /// <summary>Longer than an edit waits for what it edits.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    /// <summary>Of ids: some networks are read back a week after a start, and what came then must be known.</summary>
    public static readonly TimeSpan ShortestOfIds = TimeSpan.FromDays(8);
}

/// <summary>Hard limits of an endpoint, in units (<see cref="IMeasure"/>), shared by all routes.</summary>
/// <param name="Rate">Token bucket; null for none.</param>
/// <param name="PerDay">Units per calendar day in the configured zone; null for none.</param>
/// <param name="Window">Sends in flight over all lanes; null for what the endpoint can.</param>
public sealed record EndpointLimits(Rate? Rate = null, int? PerDay = null, int? Window = null);

/// <summary>Where something stands in the configuration: for messages, never for logic.</summary>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}
