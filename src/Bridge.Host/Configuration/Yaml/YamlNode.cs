using System.Text.RegularExpressions;
using Bridge.Core.Configuration;

namespace Bridge.Host.Configuration.Yaml;

/// <summary>A YAML value that knows where it stands: a closed hierarchy. Aliases share nodes; the reader bounds how often.</summary>
internal abstract class YamlNode(SourcePosition position)
{
    public SourcePosition Position { get; } = position;

    /// <summary>How many values a full walk visits.</summary>
    public abstract int Size { get; }
}

/// <summary>A text. What type it has is the schema's business.</summary>
internal sealed partial class ScalarNode(SourcePosition position, string value, ScalarSource source) : YamlNode(position)
{
    private readonly ScalarSource _source = source;

    /// <summary>What the file says.</summary>
    public string Written { get; } = value;

    /// <summary>What counts: what the file says, or what its <c>${...}</c> stands for. Never shown.</summary>
    public string Value { get; init; } = value;

    /// <summary>True when <see cref="Value"/> comes from elsewhere and must not be shown.</summary>
    public bool IsReference { get; init; }

    /// <summary>
    /// True when a reference was left alone (no secrets wanted) or could not be read: whatever would complain about its value must not.
    /// </summary>
    public bool IsUnresolved { get; init; }

    /// <summary><c>key:</c>, <c>key: ~</c> and <c>key: null</c>.</summary>
    public bool IsNull => _source.IsPlain && Written is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>Unquoted <c>null</c>, <c>true</c>, <c>false</c> or a number as JSON spells it.</summary>
    public bool IsJsonLiteral =>
        !IsReference && _source.IsPlain && (IsNull || Written is "true" or "false" || JsonNumber().IsMatch(Written));

    public override int Size => 1;

    /// <summary>In quotes, for messages; a reference as written.</summary>
    public string Shown => Report.Quote(Written);

    /// <summary>
    /// Where the character at <paramref name="offset"/> of the value stands in the file; the scalar's own position when that cannot be said.
    /// </summary>
    public SourcePosition PositionOf(int offset) => IsReference ? Position : _source.PositionOf(Written, offset) ?? Position;

    public ScalarNode Resolved(string? value) =>
        new(Position, Written, _source) { Value = value ?? "", IsReference = true, IsUnresolved = value is null };

    [GeneratedRegex(@"^-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?$")]
    private static partial Regex JsonNumber();
}

internal sealed class SequenceNode(SourcePosition position, IReadOnlyList<YamlNode> items) : YamlNode(position)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override int Size { get; } = 1 + items.Sum(item => item.Size);
}

internal sealed class MappingNode(SourcePosition position, IReadOnlyList<MappingEntry> entries) : YamlNode(position)
{
    public IReadOnlyList<MappingEntry> Entries { get; } = entries;

    public override int Size { get; } = 1 + entries.Sum(entry => 1 + entry.Value.Size);

    public YamlNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Name == key)?.Value;
}

/// <summary>One key and its value.</summary>
internal sealed record MappingEntry(string Name, SourcePosition Position, YamlNode Value);
