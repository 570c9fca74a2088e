using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>
/// Takes the keys of one map one after the other. What was asked for is known; <see cref="Finish"/> refuses the rest, by name what later versions
/// bring, with a suggestion what is misspelt. A value that cannot be read is reported once and then counts as absent.
/// </summary>
internal sealed class MapReader(MappingNode map, string what, Report report)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private delegate bool TryParse<T>(string text, out T value);

    public MappingNode Map { get; } = map;

    public Report Report { get; } = report;

    /// <summary>The value, whatever its shape; null when the key is absent or has no value (which is reported).</summary>
    public YamlNode? Take(string key)
    {
        var node = TakeSection(key);
        if (node is ScalarNode { IsNull: true, IsReference: false })
        {
            Report.Add(DiagnosticKinds.NoValue, node.Position, $"{Report.Quote(key)} has no value");
            return null;
        }

        return node;
    }

    /// <summary>The value of a key that may stand without one: a section with everything in it commented out.</summary>
    public YamlNode? TakeSection(string key)
    {
        _known.Add(key);
        return Map.Find(key);
    }

    public MapReader? TakeMap(string key) => Shaped<MappingNode>(key, "a map") is { } node ? new MapReader(node, Report.Quote(key), Report) : null;

    public ScalarNode? TakeScalar(string key) => Shaped<ScalarNode>(key, "a single value");

    /// <summary>A list, or a single value as a list of one.</summary>
    public IReadOnlyList<YamlNode> TakeOneOrMany(string key) => Take(key) switch
    {
        null => [],
        SequenceNode list => list.Items,
        var one => [one],
    };

    public IReadOnlyList<ScalarNode> TakeTexts(string key)
    {
        var texts = new List<ScalarNode>();
        foreach (var item in TakeOneOrMany(key))
        {
            if (item is ScalarNode { IsNull: false } text)
            {
                texts.Add(text);
            }
            else
            {
                Wrong(item, key, "a text");
            }
        }

        return texts;
    }

    public TimeSpan? TakeDuration(string key) => Parse<TimeSpan>(TakeScalar(key), TextValues.TryDuration, DiagnosticKinds.BadDuration, "a duration");

    public TimeSpan? Duration(ScalarNode? node) => Parse<TimeSpan>(node, TextValues.TryDuration, DiagnosticKinds.BadDuration, "a duration");

    public bool? TakeFlag(string key) => Parse<bool>(TakeScalar(key), TextValues.TryFlag, DiagnosticKinds.BadFlag, "true or false");

    public Rate? TakeRate(string key)
    {
        var node = TakeScalar(key);
        if (node is null or { IsUnresolved: true })
        {
            return null;
        }

        if (TextValues.TryRate(node.Value, out var rate))
        {
            return rate;
        }

        Report.Add(DiagnosticKinds.BadRate, node.Position, $"{node.Shown} is not a rate");
        return null;
    }

    /// <summary>A number of bytes.</summary>
    public long? TakeSize(string key) => Parse<long>(TakeScalar(key), TextValues.TrySize, DiagnosticKinds.BadSize, "a size");

    /// <summary>A whole number of at least 1.</summary>
    public int? TakeCount(string key) =>
        Parse(TakeScalar(key), (string text, out int value) => int.TryParse(text, out value) && value > 0, DiagnosticKinds.BadNumber, "a whole number above 0");

    public T? TakeChoice<T>(string key, IReadOnlyDictionary<string, T> choices)
        where T : struct
    {
        var node = TakeScalar(key);
        if (node is null or { IsUnresolved: true })
        {
            return null;
        }

        if (choices.TryGetValue(node.Value, out var value))
        {
            return value;
        }

        Report.Add(
            DiagnosticKinds.BadChoice, node.Position, $"{node.Shown} is not a possible value of {Report.Quote(key)}",
            Suggestion.For(node.Written, choices.Keys) ?? "possible: " + string.Join(", ", choices.Keys));
        return null;
    }

    public void Missing(string key, string? cure = null) =>
        Report.Add(DiagnosticKinds.MissingKey, Map.Position, $"{what} needs {Report.Quote(key)}", cure);

    /// <summary>Refuses every key that nobody asked for; false when there is one.</summary>
    public bool Finish(IReadOnlyCollection<string>? later = null)
    {
        var strange = Map.Entries.Where(entry => !_known.Contains(entry.Name)).ToList();
        foreach (var entry in strange)
        {
            if (later?.Contains(entry.Name) == true)
            {
                Report.Add(DiagnosticKinds.NotYet, entry.Position, $"{Report.Quote(entry.Name)} is not supported yet by this version", CureOfLater(entry.Name));
                continue;
            }

            Report.Add(
                DiagnosticKinds.UnknownKey, entry.Position, $"unknown key {Report.Quote(entry.Name)}",
                Suggestion.For(entry.Name, [.. _known, .. later ?? []]) ?? $"{what} has: {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }

        return strange.Count == 0;
    }

    private static string? CureOfLater(string key) =>
        key == "tls" ? "until a later version brings TLS here, connect without it, on a trusted network only" : null;

    public void Wrong(YamlNode node, string key, string expected) =>
        Report.Add(DiagnosticKinds.WrongShape, node.Position, $"{Report.Quote(key)} must be {expected}, not {Shape.Of(node)}");

    private T? Shaped<T>(string key, string expected)
        where T : YamlNode
    {
        var node = Take(key);
        if (node is null or T)
        {
            return (T?)node;
        }

        Wrong(node, key, expected);
        return null;
    }

    private T? Parse<T>(ScalarNode? node, TryParse<T> parse, DiagnosticKind kind, string expected)
        where T : struct
    {
        if (node is null or { IsUnresolved: true })
        {
            return null;
        }

        if (parse(node.Value, out var value))
        {
            return value;
        }

        Report.Add(kind, node.Position, $"{node.Shown} is not {expected}");
        return null;
    }
}
