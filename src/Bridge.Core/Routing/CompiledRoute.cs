using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Expressions;

namespace Bridge.Core.Routing;

/// <summary>A route with what can be known of it before any event.</summary>
internal sealed class CompiledRoute(RouteConfig config, KeyedRule rule, bool isRetired)
{
    public CompiledRoute(RouteConfig config)
        : this(config, RuleOf(config), isRetired: false)
    {
    }

    public RouteConfig Config { get; } = config;

    public string Id => Config.Id;

    /// <summary>By which a keyed state that begins now will end.</summary>
    public KeyedRule Rule { get; } = rule;

    /// <summary>True for the rule of an open state that the configuration no longer has: it can only end states.</summary>
    public bool IsRetired { get; } = isRetired;

    public bool IsForward { get; } = config.Text is null && config.Payload is null;

    /// <summary>True for routes whose default key is the source address.</summary>
    public bool IsKeyedBySource { get; } = config.Until is not null || config.For is not null;

    /// <summary>
    /// The cooldown that applies. One from defaults drops identical texts: a forward has none, and what begins or ends a state is never suppressed by it.
    /// </summary>
    public CooldownConfig? Cooldown { get; } =
        config.Cooldown is { } cooldown && cooldown.Every > TimeSpan.Zero
        && !(cooldown.Inherited && (config.Until is not null || config.For is not null || (config.Text is null && config.Payload is null)))
            ? cooldown
            : null;

    public IReadOnlyList<Destination> Destinations { get; } = [.. config.To.Select(to => new Destination(to))];

    /// <summary>The rule of an open state, compiled again from its source; null when this version of the language no longer reads it.</summary>
    public static CompiledRoute? Retired(string id, KeyedRule rule)
    {
        var until = rule.Until is { } source ? Expression.Parse(source).Value : null;
        if (until is null)
        {
            return null;
        }

        var config = new RouteConfig
        {
            Id = id,
            Position = default,
            From = EquatableArray.From(rule.From.Select(pattern => new AddressPattern(
                new EndpointId(pattern.Endpoint), pattern.Pattern, pattern.Levels ? AddressStyle.Levels : AddressStyle.Plain))),
            When = rule.When is { } when ? Expression.Parse(when).Value : null,
            Until = until,
            Key = rule.Key is { } key ? Template.Parse(key).Value : null,
            Resolved = rule.Resolved is { } resolved ? Template.Parse(resolved).Value : null,
            To = [],
        };
        return new CompiledRoute(config, rule, isRetired: true);
    }

    private static KeyedRule RuleOf(RouteConfig config) => new(
        EquatableArray.From(config.From.Select(pattern =>
            new RulePattern(pattern.Endpoint.Value, pattern.Pattern, pattern.Style == AddressStyle.Levels))),
        config.When?.Source,
        config.Until?.Source,
        config.Key?.Source,
        config.Resolved?.Source);
}
