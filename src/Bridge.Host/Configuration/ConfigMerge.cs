using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration;

/// <summary>Makes one map of several files: endpoints and routes are joined, any other section stands in one file only.</summary>
internal static class ConfigMerge
{
    public static MappingNode Merge(IReadOnlyList<MappingNode> files, SourcePosition start, Report report)
    {
        if (files.Count == 1)
        {
            return files[0];
        }

        var sections = new Dictionary<string, MappingEntry>(StringComparer.Ordinal);
        foreach (var entry in files.SelectMany(file => file.Entries))
        {
            if (!sections.TryAdd(entry.Name, entry))
            {
                sections[entry.Name] = sections[entry.Name] with { Value = Join(sections[entry.Name], entry, report) };
            }
        }

        return new MappingNode(start, [.. sections.Values]);
    }

    private static YamlNode Join(MappingEntry first, MappingEntry next, Report report)
    {
        switch (first.Name, first.Value, next.Value)
        {
            case (_, _, ScalarNode { IsNull: true }):
                return first.Value;
            case (_, ScalarNode { IsNull: true }, _):
                return next.Value;
            case ("routes" or "links", SequenceNode mine, SequenceNode more):
                return new SequenceNode(mine.Position, [.. mine.Items, .. more.Items]);
            case ("endpoints", MappingNode mine, MappingNode more):
                return new MappingNode(mine.Position, [.. mine.Entries, .. Fresh(mine, more, report)]);
            case ("version", ScalarNode mine, ScalarNode more) when mine.Value == more.Value:
                return mine;
            default:
                report.Add(
                    DiagnosticKinds.SectionTwice, next.Position,
                    $"section {Report.Quote(next.Name)} already stands in {Report.Earlier(first.Position, next.Position)}");
                return first.Value;
        }
    }

    private static IEnumerable<MappingEntry> Fresh(MappingNode mine, MappingNode more, Report report)
    {
        var seen = mine.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        foreach (var entry in more.Entries)
        {
            if (seen.TryGetValue(entry.Name, out var earlier))
            {
                report.Add(
                    DiagnosticKinds.EndpointTwice, entry.Position,
                    $"endpoint {Report.Quote(entry.Name)} already stands in {Report.Earlier(earlier.Position, entry.Position)}");
                continue;
            }

            yield return entry;
        }
    }
}
