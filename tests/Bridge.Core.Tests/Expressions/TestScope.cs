using System.Text.Json;
using Bridge.Core.Expressions;
using Xunit;

namespace Bridge.Core.Tests.Expressions;

/// <summary>A scope like the one a route sees, over a payload given as JSON; a payload that is not JSON is a string.</summary>
internal sealed class TestScope(string payload = "{}", string topic = "zigbee2mqtt/kitchen/leak_sensor") : Scope
{
    private readonly Value _payload = Read(payload);

    public override DateTimeOffset Now => new(2026, 11, 21, 17, 45, 20, TimeSpan.Zero);

    public override TimeZoneInfo Zone => Local;

    public TimeZoneInfo Local { get; init; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    /// <summary>Names of roots that were asked for.</summary>
    public HashSet<string> Asked { get; } = [];

    public override Value Root(string name)
    {
        Asked.Add(name);
        return name switch
        {
            "payload" => _payload,
            "topic" => Value.Strings(topic.Split('/')),
            "topic_str" => Value.Of(topic),
            "severity" => Value.Of(Bridge.Abstractions.Severity.Warning),
            "route" => Value.Of("leak"),
            "message" => Value.Map(new Dictionary<string, Value> { ["text"] = Value.Of("Hello *World*") }),
            "alert" => Value.Map(new Dictionary<string, Value>
            {
                ["age"] = Value.Of(new TimeSpan(1, 5, 0)),
                ["since"] = Value.Of(Now - new TimeSpan(1, 5, 0)),
            }),
            "items" => Value.List([Item("a", 1), Item("b", 2), Item("c", 3)]),
            _ => Value.Null,
        };
    }

    private static Value Item(string key, int n) => Value.Map(new Dictionary<string, Value> { ["key"] = Value.Of(key), ["n"] = Value.Of(n) });

    private static Value Read(string payload)
    {
        try
        {
            return Value.FromJson(JsonDocument.Parse(payload).RootElement);
        }
        catch (JsonException)
        {
            return Value.Of(payload);
        }
    }
}

internal static class Run
{
    /// <summary>The value of an expression that must parse, as JSON-like text with its kind visible: strings in quotes.</summary>
    public static string Evaluate(string source, TestScope? scope = null, Trace? trace = null)
    {
        scope ??= new TestScope();
        return Show(Parse(source).Evaluate(scope, trace), scope.Zone);
    }

    public static string Show(Value value, TimeZoneInfo zone) => value.Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.String => $"\"{value.Text}\"",
        _ => value.ToText(zone),
    };

    public static Expression Parse(string source)
    {
        var parsed = Expression.Parse(source);
        Assert.True(parsed.Problems.Count == 0, $"{source}: {string.Join("; ", parsed.Problems)}");
        return parsed.Value!;
    }

    public static string Render(string source, TestScope? scope = null, Trace? trace = null)
    {
        var parsed = Template.Parse(source);
        Assert.True(parsed.Problems.Count == 0, $"{source}: {string.Join("; ", parsed.Problems)}");
        return parsed.Value!.Render(scope ?? new TestScope(), trace);
    }
}
