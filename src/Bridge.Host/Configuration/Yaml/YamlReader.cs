using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Bridge.Host.Configuration.Yaml;

/// <summary>
/// Reads one file into positioned nodes. Bounded on hostile text: depth, and the number of values a walk over all aliases visits. Reports every
/// problem it can go on after; a syntax error ends the reading.
/// </summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 64;
    private const int MaxValues = 50_000;
    private readonly SourceText _source;
    private readonly Report _report;
    private readonly Func<ScalarNode, ScalarNode> _resolve;
    private readonly Parser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = [];
    private int _values;

    private YamlReader(SourceText source, Func<ScalarNode, ScalarNode> resolve, Report report)
    {
        _source = source;
        _report = report;
        _resolve = resolve;
        _parser = new Parser(new StringReader(source.Text));
    }

    /// <summary>The file's map; null when it cannot be read. <paramref name="resolve"/> sees every value, no key.</summary>
    public static MappingNode? Read(string file, string text, Func<ScalarNode, ScalarNode> resolve, Report report)
    {
        var source = new SourceText(file, text.StartsWith('\uFEFF') ? text[1..] : text);
        return new YamlReader(source, resolve, report).ReadSafely();
    }

    private MappingNode? ReadSafely()
    {
        try
        {
            return ReadDocument();
        }
        catch (LimitException limit)
        {
            _report.Add(limit.Kind, _source.At((int)limit.At.Index), limit.Kind.Title);
        }
        catch (YamlException problem)
        {
            YamlProblem.Report(problem.Message, (int)Math.Min(problem.Start.Index, _source.Text.Length), _source, _report);
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // The library promises YamlException only, but its scanner throws others on malformed flow collections.
            var last = (int)Math.Min(_parser.Current?.End.Index ?? 0, _source.Text.Length);
            YamlProblem.Report("a bracket or brace is not closed, or a comma is missing", last, _source, _report);
        }

        return null;
    }

    private MappingNode? ReadDocument()
    {
        Next<StreamStart>();
        if (_parser.Current is StreamEnd)
        {
            return new MappingNode(_source.At(0), []);
        }

        Next<DocumentStart>();
        var root = ReadNode(0);
        Next<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
        {
            _report.Add(DiagnosticKinds.ManyDocuments, At(second), "a second YAML document begins here");
        }

        switch (root)
        {
            case MappingNode map:
                return map;
            case ScalarNode { IsNull: true }:
                return new MappingNode(root.Position, []);
            default:
                _report.Add(DiagnosticKinds.WrongShape, root.Position, $"the file must be a map of sections, not {Shape.Of(root)}");
                return null;
        }
    }

    private YamlNode ReadNode(int depth)
    {
        if (depth > MaxDepth)
        {
            throw new LimitException(DiagnosticKinds.TooDeep, _parser.Current!.Start);
        }

        var start = _parser.Current!;
        YamlNode node = start switch
        {
            AnchorAlias alias => ReadAlias(alias),
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadSequence(depth),
            _ => ReadMapping(depth),
        };
        if (start is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _anchors[anchored.Anchor.Value] = node;
        }

        if (start is NodeEvent { Tag.IsEmpty: false } tagged)
        {
            _report.Add(DiagnosticKinds.Tag, node.Position, $"YAML tags such as {Report.Quote(tagged.Tag.Value)} have no meaning here");
        }

        Spend(1, start);
        return node;
    }

    private YamlNode ReadAlias(AnchorAlias alias)
    {
        _parser.MoveNext();
        if (_anchors.TryGetValue(alias.Value.Value, out var node))
        {
            Spend(node.Size, alias);
            return node;
        }

        _report.Add(DiagnosticKinds.UnknownAnchor, At(alias), $"no anchor {Report.Quote("&" + alias.Value.Value)} before this alias");
        return new ScalarNode(At(alias), "", SourceOf(alias, ScalarStyle.Any)).Resolved(null);
    }

    private ScalarNode ReadScalar(Scalar scalar)
    {
        _parser.MoveNext();
        return _resolve(new ScalarNode(At(scalar), scalar.Value, SourceOf(scalar, scalar.Style)));
    }

    private SequenceNode ReadSequence(int depth)
    {
        var position = At(_parser.Current!);
        _parser.MoveNext();
        var items = new List<YamlNode>();
        while (_parser.Current is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }

        _parser.MoveNext();
        return new SequenceNode(position, items);
    }

    private MappingNode ReadMapping(int depth)
    {
        var position = At(_parser.Current!);
        Next<MappingStart>();
        var entries = new Dictionary<string, MappingEntry>(StringComparer.Ordinal);
        while (_parser.Current is not MappingEnd)
        {
            var at = At(_parser.Current!);
            var key = ReadKey(depth);
            var value = ReadNode(depth + 1);
            if (key is not null && !entries.TryAdd(key, new MappingEntry(key, at, value)))
            {
                _report.Add(DiagnosticKinds.DuplicateKey, at, $"duplicate key {Report.Quote(key)}: it already stands in line {entries[key].Position.Line}");
            }
        }

        _parser.MoveNext();
        return new MappingNode(position, [.. entries.Values]);
    }

    private string? ReadKey(int depth)
    {
        var at = At(_parser.Current!);
        if (_parser.Current is not Scalar scalar)
        {
            ReadNode(depth + 1);
            _report.Add(DiagnosticKinds.KeyNotText, at, "a key must be a text");
            return null;
        }

        Spend(1, scalar);
        _parser.MoveNext();
        if (scalar is { Value: "<<", Style: ScalarStyle.Plain })
        {
            _report.Add(DiagnosticKinds.MergeKey, at, "YAML merge keys ('<<') are not supported");
            return null;
        }

        return scalar.Value;
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        // Before the first event there is no current one.
        if (_parser.Current is null)
        {
            _parser.MoveNext();
        }

        if (_parser.Current is not T)
        {
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, "unexpected structure");
        }

        _parser.MoveNext();
    }

    private void Spend(int values, ParsingEvent at)
    {
        _values += values;
        if (_values > MaxValues)
        {
            throw new LimitException(DiagnosticKinds.TooManyValues, at.Start);
        }
    }

    private Bridge.Core.Configuration.SourcePosition At(ParsingEvent at) => _source.At((int)Math.Min(at.Start.Index, _source.Text.Length));

    private ScalarSource SourceOf(ParsingEvent at, ScalarStyle style) => new(_source, (int)at.Start.Index, style);

    private sealed class LimitException(DiagnosticKind kind, Mark at) : Exception(kind.Title)
    {
        public DiagnosticKind Kind { get; } = kind;

        public Mark At { get; } = at;
    }
}
