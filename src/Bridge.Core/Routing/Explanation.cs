using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Messages;

namespace Bridge.Core.Routing;

/// <summary>What the rules would do with an event, for a person: the very decision the daemon would take, on its memory or on none.</summary>
/// <param name="Routes">Every configured route, in rule order, then every link, then what Bridge itself does, which no rule is asked for.</param>
public sealed record Explanation(IReadOnlyList<ExplainedRoute> Routes)
{
    /// <summary>Asks <see cref="Router.Decide"/> and keeps nothing of what it would remember.</summary>
    /// <param name="memory">The daemon's, or an empty one.</param>
    public static Explanation Of(RouteTable table, Arrival arrival, IMemory memory, DateTimeOffset now, TimeZoneInfo zone)
    {
        var decision = Router.Decide(table, new RoutingInput.Arrived(arrival), memory, now, zone);
        var verdicts = decision.Routes.ToLookup(verdict => verdict.Route, StringComparer.Ordinal);
        var deliveries = decision.Deliveries.ToLookup(planned => planned.Content.Route, StringComparer.Ordinal);
        return new Explanation(
        [
            .. table.Routes.Select(route => Explain(new Rule(route.Id, route.Position, $"from: {string.Join(", ", route.From)}"))),
            .. table.Links.Links.Select(link => Explain(new Rule(link.Id, link.Position, $"between: {string.Join(", ", link.Between)}"))),
            .. Own(table, verdicts).Select(id => Explain(new Rule(id, default, ""))),
        ]);

        ExplainedRoute Explain(Rule rule) => Explanation.Explain(rule, Unasked(table, arrival), arrival, verdicts, deliveries);
    }

    /// <summary>A command, an answer by itself, a chat that somebody begins.</summary>
    private static IEnumerable<string> Own(RouteTable table, ILookup<string, RouteVerdict> verdicts) =>
        verdicts.Select(said => said.Key).Except(table.Routes.Select(route => route.Id)).Except(table.Links.Links.Select(link => link.Id));

    /// <summary>Why no rule is asked; null when those are that listen there.</summary>
    private static string? Unasked(RouteTable table, Arrival arrival) =>
        arrival.Inbound.Historic ? "it is history: no route is asked"
        : table.Management.Has(arrival.Inbound.Address) ? "it is a management conversation: no rule is asked"
        : null;

    private static ExplainedRoute Explain(
        Rule rule, string? unasked, Arrival arrival, ILookup<string, RouteVerdict> verdicts, ILookup<string, PlannedDelivery> deliveries)
    {
        var said = verdicts[rule.Id].FirstOrDefault();
        var tells = deliveries[rule.Id].Select(planned => new ExplainedDelivery(
            planned.Content.To, planned.Content.Content ?? arrival.Inbound.Event, planned.Content.Content is null, planned.Content.Expires));
        return new ExplainedRoute(
            rule.Id,
            rule.Position,
            said is not null,
            said?.Verdict,
            said?.Because ?? unasked ?? $"it does not listen there ({rule.Listens})",
            said?.Notes ?? default,
            [.. tells]);
    }

    /// <param name="Listens">Where it listens, as written.</param>
    private sealed record Rule(string Id, SourcePosition Position, string Listens);
}

/// <summary>What one route or link would do.</summary>
/// <param name="Listens">True when <c>from</c> matches.</param>
/// <param name="Verdict">Null when it does not listen.</param>
public sealed record ExplainedRoute(
    string Id,
    SourcePosition Position,
    bool Listens,
    Verdict? Verdict,
    string Because,
    EquatableArray<string> Notes,
    IReadOnlyList<ExplainedDelivery> Tells);

/// <summary>What one address would get.</summary>
/// <param name="Forwarded">True when it is the event itself.</param>
public sealed record ExplainedDelivery(Address To, BridgeEvent Content, bool Forwarded, DateTimeOffset? Expires);
