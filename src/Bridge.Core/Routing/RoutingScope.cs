using Bridge.Core.Expressions;

namespace Bridge.Core.Routing;

/// <summary>What <c>alert</c> shows of a keyed state.</summary>
internal sealed record AlertFacts(string Key, DateTimeOffset Since);

/// <summary>What the expressions of one route see of one arrival.</summary>
internal sealed class RoutingScope(ArrivalFacts facts, DateTimeOffset now, TimeZoneInfo zone) : Scope
{
    public required string Route { get; init; }

    public required Abstractions.Severity Severity { get; init; }

    /// <summary>Null where no keyed state is spoken of.</summary>
    public AlertFacts? Alert { get; init; }

    public override DateTimeOffset Now { get; } = now;

    public override TimeZoneInfo Zone { get; } = zone;

    public override Value Root(string name) => name switch
    {
        "payload" => facts.Payload,
        "topic" => facts.Topic,
        "topic_str" => Value.Of(facts.Inbound.Address.Rest),
        "message" => facts.Message,
        "sender" => facts.Sender,
        "chat" => facts.Chat,
        "meta" => facts.Meta,
        "severity" => Value.Of(Severity),
        "route" => Value.Of(Route),
        "alert" => AlertValue(),
        _ => Value.Null,
    };

    private Value AlertValue() => Alert is not { } alert
        ? Value.Null
        : Value.Map(new Dictionary<string, Value>(StringComparer.Ordinal)
        {
            ["key"] = Value.Of(alert.Key),
            ["since"] = Value.Of(alert.Since),
            ["age"] = Value.Of(Now - alert.Since),
        });
}

/// <summary>What an overflow line sees: the events that found the limit reached.</summary>
internal sealed class OverflowScope(CompiledRoute route, IReadOnlyList<Overflowed> items, DateTimeOffset now, TimeZoneInfo zone) : Scope
{
    public override DateTimeOffset Now { get; } = now;

    public override TimeZoneInfo Zone { get; } = zone;

    public override Value Root(string name) => name switch
    {
        "items" => Value.List([.. items.Select(ValueOf)]),
        "route" => Value.Of(route.Id),
        "severity" => Value.Of(route.Config.Severity),
        _ => Value.Null,
    };

    private static Value ValueOf(Overflowed item) => Value.Map(new Dictionary<string, Value>(StringComparer.Ordinal)
    {
        ["key"] = Value.Of(item.Key),
        ["text"] = Value.Of(item.Text),
        ["topic"] = Value.Of(item.Topic),
        ["at"] = Value.Of(item.At),
    });
}
