using System.Text.Json;
using Bridge.Abstractions;

namespace Bridge.Core.Expressions;

/// <summary>
/// A value of the expression language. What comes from JSON stays a view of its document, which must outlive it; nothing is copied.
/// It prints as its kind only: it may hold personal data.
/// </summary>
public readonly partial struct Value : IEquatable<Value>
{
    private readonly JsonElement _json;
    private readonly object? _object;
    private readonly long _bits;
    private readonly bool _isJson;

    private Value(ValueKind kind, object? value, long bits = 0)
    {
        Kind = kind;
        _object = value;
        _bits = bits;
    }

    private Value(ValueKind kind, JsonElement json)
    {
        Kind = kind;
        _json = json;
        _isJson = true;
    }

    public ValueKind Kind { get; }

    public bool IsNull => Kind == ValueKind.Null;

    /// <summary>True for the bool true, false for everything else.</summary>
    public bool IsTrue => Kind == ValueKind.Bool && _bits != 0;

    public static Value Null => default;

    public static Value Of(bool value) => new(ValueKind.Bool, null, value ? 1 : 0);

    public static Value Of(double value) => new(ValueKind.Number, null, BitConverter.DoubleToInt64Bits(value));

    public static Value Of(int value) => Of((double)value);

    public static Value Of(string? value) => value is null ? Null : new(ValueKind.String, value);

    public static Value Of(TimeSpan value) => new(ValueKind.Duration, null, value.Ticks);

    public static Value Of(DateTimeOffset value) => new(ValueKind.Time, null, value.UtcTicks);

    public static Value Of(Severity value) => new(ValueKind.Severity, null, (long)value);

    public static Value List(IReadOnlyList<Value> items) => new(ValueKind.List, items);

    public static Value Strings(IEnumerable<string> items) => List([.. items.Select(Of)]);

    public static Value Map(IReadOnlyDictionary<string, Value> members) => new(ValueKind.Map, members);

    /// <summary>A view: the element's document must outlive the value.</summary>
    public static Value FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => Of(true),
        JsonValueKind.False => Of(false),
        JsonValueKind.Number => new(ValueKind.Number, element),
        JsonValueKind.String => new(ValueKind.String, element),
        JsonValueKind.Array => new(ValueKind.List, element),
        JsonValueKind.Object => new(ValueKind.Map, element),
        _ => Null,
    };

    /// <summary>The kind only.</summary>
    public override string ToString() => $"({Kind.Name()})";

    public override bool Equals(object? obj) => obj is Value other && Equals(other);

    /// <summary>As <c>==</c> of the language: by content; values of different kinds are never equal.</summary>
    public bool Equals(Value other) => Equality.Same(this, other);

    public override int GetHashCode() => Kind switch
    {
        ValueKind.Number => Number.GetHashCode(),
        ValueKind.String => Text.GetHashCode(StringComparison.Ordinal),
        ValueKind.List or ValueKind.Map => HashCode.Combine(Kind, Count),
        _ => HashCode.Combine(Kind, _bits),
    };

    public static bool operator ==(Value left, Value right) => left.Equals(right);

    public static bool operator !=(Value left, Value right) => !left.Equals(right);
}

/// <summary>The kinds of value.</summary>
public enum ValueKind : byte
{
    Null,
    Bool,
    Number,
    String,
    List,
    Map,
    Duration,
    Time,
    Severity,
}

internal static class ValueKinds
{
    public static string Name(this ValueKind kind) => kind switch
    {
        ValueKind.Null => "null",
        ValueKind.Bool => "bool",
        ValueKind.Number => "number",
        ValueKind.String => "string",
        ValueKind.List => "list",
        ValueKind.Map => "map",
        ValueKind.Duration => "duration",
        ValueKind.Time => "time",
        _ => "severity",
    };

    public static string WithArticle(this ValueKind kind) => kind == ValueKind.Null ? "null" : "a " + kind.Name();
}
