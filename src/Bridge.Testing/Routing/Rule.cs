using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Expressions;

namespace Bridge.Testing.Routing;

/// <summary>A route in the fewest words, as a user would write it; builds what the configuration reader would.</summary>
public sealed record Rule(string Id, string From, params string[] To)
{
    public string? When { get; init; }

    public string? Until { get; init; }

    public TimeSpan? For { get; init; }

    public string? Key { get; init; }

    public string? Text { get; init; }

    public string? Payload { get; init; }

    public string? Resolved { get; init; }

    public Severity Severity { get; init; } = Severity.Notice;

    /// <summary>Null: changed; always for a forward.</summary>
    public RetainedMode? Retained { get; init; }

    public TimeSpan? MaxAge { get; init; }

    public string? At { get; init; }

    public TimeSpan? Cooldown { get; init; }

    public string? CooldownPer { get; init; }

    public bool CooldownInherited { get; init; }

    public bool Final { get; init; }

    public TimeSpan? Expiry { get; init; }

    public Rate? Rate { get; init; }

    public string? Overflow { get; init; }

    public EquatableArray<Property> Options { get; init; }

    public AddressStyle Style { get; init; } = AddressStyle.Levels;

    public RouteConfig Build() => new()
    {
        Id = Id,
        Position = new SourcePosition("rules.yaml", 1, 1),
        From = EquatableArray.From(From.Split(' ').Select(PatternOf)),
        When = Read(When, Expression.Parse),
        Until = Read(Until, Expression.Parse),
        For = For,
        Key = Read(Key, Template.Parse),
        Text = Read(Text, Template.Parse),
        Payload = Payload is null ? null : Read(Payload, text => PayloadTemplate.Parse(JsonNode.Parse(text), out _)),
        Resolved = Read(Resolved, Template.Parse),
        Severity = Severity,
        Retained = Retained ?? (Text is null && Payload is null ? RetainedMode.Always : RetainedMode.Changed),
        MaxAge = MaxAge,
        At = Read(At, Expression.Parse),
        Cooldown = Cooldown is { } every ? new CooldownConfig(every, Read(CooldownPer, Template.Parse), CooldownInherited) : null,
        Final = Final,
        Expiry = Expiry,
        To = EquatableArray.From(To.Select(to => new DestinationConfig(Read(to, Template.Parse)!, Options))),
        Limits = Rate is null ? null : new RouteLimits(Rate, Read(Overflow, Template.Parse)),
    };

    private AddressPattern PatternOf(string text) =>
        Address.TryParse(text, out var address)
            ? new AddressPattern(address.Endpoint, address.Rest, Style)
            : throw new ArgumentException("a pattern is endpoint:rest", nameof(text));

    private static T? Read<T>(string? source, Func<string, Parsed<T>> parse)
        where T : class
    {
        if (source is null)
        {
            return null;
        }

        var parsed = parse(source);
        return parsed.Value ?? throw new ArgumentException(string.Join("; ", parsed.Problems), nameof(source));
    }
}
