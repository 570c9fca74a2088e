using System.Text.Json;
using Bridge.Abstractions;

namespace Bridge.Core.Expressions;

// What is inside: each member answers for its own kind only and gives something empty otherwise.
public readonly partial struct Value
{
    /// <summary>Of a number; NaN for anything else.</summary>
    public double Number => Kind != ValueKind.Number ? double.NaN
        : !_isJson ? BitConverter.Int64BitsToDouble(_bits)
        : _json.TryGetDouble(out var number) ? number : double.NaN;

    /// <summary>Of a string; empty for anything else.</summary>
    public string Text => Kind != ValueKind.String ? "" : _isJson ? JsonText.Of(_json) : (string)_object!;

    public TimeSpan Duration => Kind == ValueKind.Duration ? TimeSpan.FromTicks(_bits) : TimeSpan.Zero;

    public DateTimeOffset Time => Kind == ValueKind.Time ? new DateTimeOffset(_bits, TimeSpan.Zero) : default;

    public Severity Severity => Kind == ValueKind.Severity ? (Severity)_bits : default;

    /// <summary>A time, Unix seconds or milliseconds, or ISO 8601 (without a zone: in <paramref name="zone"/>).</summary>
    public bool TryTime(TimeZoneInfo zone, out DateTimeOffset time) => TimeText.TryRead(this, zone, out time);

    /// <summary>Items of a list, members of a map; 0 for anything else.</summary>
    public int Count => Kind switch
    {
        ValueKind.List => _isJson ? _json.GetArrayLength() : ((IReadOnlyList<Value>)_object!).Count,
        ValueKind.Map => _isJson ? _json.GetPropertyCount() : ((IReadOnlyDictionary<string, Value>)_object!).Count,
        _ => 0,
    };

    /// <summary>An item of a list, 0-based.</summary>
    public bool TryItem(int index, out Value item)
    {
        if (Kind != ValueKind.List || index < 0 || index >= Count)
        {
            item = Null;
            return false;
        }

        item = _isJson ? FromJson(_json[index]) : ((IReadOnlyList<Value>)_object!)[index];
        return true;
    }

    /// <summary>A member of a map; names are ordinal.</summary>
    public bool TryMember(string name, out Value member) => TryMember(name, null, out member);

    internal bool TryMember(string name, byte[]? utf8Name, out Value member)
    {
        member = Null;
        if (Kind != ValueKind.Map)
        {
            return false;
        }

        if (!_isJson)
        {
            return ((IReadOnlyDictionary<string, Value>)_object!).TryGetValue(name, out member);
        }

        if (!JsonText.TryMember(_json, name, utf8Name, out var element))
        {
            return false;
        }

        member = FromJson(element);
        return true;
    }

    /// <summary>The first items of a list, at most <paramref name="limit"/>.</summary>
    internal Value[] Items(int limit)
    {
        if (Kind != ValueKind.List)
        {
            return [];
        }

        return _isJson
            ? [.. _json.EnumerateArray().Take(limit).Select(FromJson)]
            : [.. ((IReadOnlyList<Value>)_object!).Take(limit)];
    }

    /// <summary>The members of a map in order, at most <paramref name="limit"/>.</summary>
    internal IEnumerable<KeyValuePair<string, Value>> Members(int limit)
    {
        if (Kind != ValueKind.Map)
        {
            return [];
        }

        return _isJson
            ? _json.EnumerateObject().Take(limit).Select(p => KeyValuePair.Create(JsonText.NameOf(p), FromJson(p.Value)))
            : ((IReadOnlyDictionary<string, Value>)_object!).Take(limit);
    }

    /// <summary>Compares text without making a string of a JSON one.</summary>
    internal bool TextEquals(in Value other) =>
        _isJson ? !other._isJson ? JsonText.Same(_json, (string)other._object!) : Text == other.Text
        : other._isJson ? JsonText.Same(other._json, (string)_object!)
        : (string)_object! == (string)other._object!;

    /// <summary>A whole number beyond what a double holds exactly still has its JSON text to compare by.</summary>
    internal bool TryExact(out decimal exact)
    {
        exact = 0;
        return Kind == ValueKind.Number && (_isJson ? _json.TryGetDecimal(out exact) : decimal.TryParse(Number.ToString("R"), out exact));
    }

    /// <summary>Two values of one kind that is a count at heart: duration, time, severity, bool.</summary>
    internal long Rank => _bits;

    internal JsonElement? Json => _isJson ? _json : null;
}
