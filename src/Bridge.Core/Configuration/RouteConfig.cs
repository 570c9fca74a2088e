using Bridge.Abstractions;
using Bridge.Core.Expressions;

namespace Bridge.Core.Configuration;

/// <summary>A one-way rule as written, with defaults applied and every expression compiled. See config-language: routes.</summary>
public sealed record RouteConfig
{
    public required string Id { get; init; }

    public required SourcePosition Position { get; init; }

    public required EquatableArray<AddressPattern> From { get; init; }

    /// <summary>Null: always.</summary>
    public Expression? When { get; init; }

    /// <summary>Ends a keyed state; where both are true, <see cref="When"/> wins.</summary>
    public Expression? Until { get; init; }

    /// <summary>Debounce: <see cref="When"/> must hold that long, per key.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Null: the source address for routes with <see cref="Until"/> or <see cref="For"/>, otherwise a hash of the rendered text.</summary>
    public Template? Key { get; init; }

    public Severity Severity { get; init; } = Severity.Notice;

    /// <summary>Null together with <see cref="Payload"/>: the event is forwarded as it is.</summary>
    public Template? Text { get; init; }

    public PayloadTemplate? Payload { get; init; }

    /// <summary>What is said when <see cref="Until"/> ends the state; null: nothing.</summary>
    public Template? Resolved { get; init; }

    public RetainedMode Retained { get; init; } = RetainedMode.Changed;

    /// <summary>A late event older than this is counted and traced, not sent; null: any age.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Event time for <see cref="MaxAge"/>: Unix seconds or milliseconds, or ISO 8601.</summary>
    public Expression? At { get; init; }

    public CooldownConfig? Cooldown { get; init; }

    /// <summary>Stops later routes when from and when match, even if cooled down.</summary>
    public bool Final { get; init; }

    /// <summary>How long a delivery may wait; null: no end but <see cref="RetryConfig.For"/>.</summary>
    public TimeSpan? Expiry { get; init; }

    public RetryConfig Retry { get; init; } = new();

    public required EquatableArray<DestinationConfig> To { get; init; }

    public RouteLimits? Limits { get; init; }
}

/// <summary>What a retained event means to a route; see config-language: retained.</summary>
public enum RetainedMode
{
    /// <summary>Same as the last known state: silent; differs: fires; first ever: a baseline.</summary>
    Changed,

    /// <summary>Retained events never fire.</summary>
    Ignore,

    /// <summary>Retained events are as good as live ones.</summary>
    Always,
}

/// <summary>Same route and key: silent for that long after the first successful delivery; a pending one already holds it.</summary>
/// <param name="Every">Zero: none.</param>
/// <param name="Per">The key of the cooldown; null: the route's key.</param>
/// <param name="Inherited">True when it comes from defaults: it then never suppresses an alert's opening or resolution.</param>
public sealed record CooldownConfig(TimeSpan Every, Template? Per, bool Inherited);

/// <summary>How stubborn a delivery is.</summary>
/// <param name="For">Gives up after this long since acceptance.</param>
/// <param name="Uncertain">True when the rule says that an uncertain delivery is to be sent again, double or not.</param>
public sealed record RetryConfig(TimeSpan For, bool Uncertain = false)
{
    /// <summary>One day.</summary>
    public RetryConfig()
        : this(TimeSpan.FromDays(1))
    {
    }
}

/// <summary>One destination of a route.</summary>
/// <param name="Address">A literal address, or a template with a literal endpoint and first level.</param>
/// <param name="Options">What the plugin declared (<see cref="PluginDescription.DestinationOptions"/>).</param>
/// <param name="Expiry">Overrides the route's.</param>
public sealed record DestinationConfig(Template Address, EquatableArray<Property> Options = default, TimeSpan? Expiry = null);

/// <summary>A storm brake for one route: beyond the rate, deliveries are counted and become one line.</summary>
/// <param name="Rate">Events per time.</param>
/// <param name="Overflow">Sent when the bucket has room again; sees <c>items</c> and <c>route</c>; null: counted only.</param>
public sealed record RouteLimits(Rate Rate, Template? Overflow);

/// <summary>One <c>from:</c> pattern.</summary>
/// <param name="Endpoint">The endpoint's name.</param>
/// <param name="Pattern">Over the rest of the address, in the endpoint's style.</param>
/// <param name="Style">From the plugin's description.</param>
public sealed record AddressPattern(EndpointId Endpoint, string Pattern, AddressStyle Style)
{
    public override string ToString() => $"{Endpoint}:{Pattern}";
}
