using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Bridge.Core.Expressions.Filters;

/// <summary>The closed list.</summary>
internal static class FilterTable
{
    public static readonly IReadOnlyList<Filter> All =
    [
        new("default", 1, 1, "x | default('?')", TextFilters.Default) { TakesNull = true },
        new("upper", 0, 0, "x | upper", TextFilters.Upper),
        new("lower", 0, 0, "x | lower", TextFilters.Lower),
        new("trim", 0, 0, "x | trim", TextFilters.Trim),
        new("truncate", 1, 2, "x | truncate(20)", TextFilters.Truncate),
        new("replace", 2, 2, "x | replace('_', ' ')", TextFilters.Replace),
        new("split", 1, 1, "x | split(',')", TextFilters.Split),
        new("contains", 1, 1, "x | contains('a')", TextFilters.Contains) { TakesNull = true },
        new("startsWith", 1, 1, "x | startsWith('a')", TextFilters.StartsWith) { TakesNull = true },
        new("endsWith", 1, 1, "x | endsWith('a')", TextFilters.EndsWith) { TakesNull = true },
        new("matches", 1, 1, "x | matches('^[a-z]+$')", MatchesNode.Never) { TakesNull = true, Problem = MatchesNode.Check, Make = MatchesNode.Of },
        new("phone", 0, 0, "x | phone", TextFilters.Phone),
        new("plural", 2, 2, "n | plural('door', 'doors')", NumberFilters.Plural),
        new("number", 0, 0, "x | number", NumberFilters.Number),
        new("round", 0, 1, "x | round(1)", NumberFilters.Round) { Problem = NumberFilters.CheckDigits },
        new("join", 1, 1, "x | join(', ')", ListFilters.Join),
        new("map", 1, 1, "x | map('name')", ListFilters.Map),
        new("first", 0, 0, "x | first", ListFilters.First),
        new("last", 0, 0, "x | last", ListFilters.Last),
        new("length", 0, 0, "x | length", ListFilters.Length),
        new("sort", 0, 0, "x | sort", ListFilters.Sort),
        new("unique", 0, 0, "x | unique", ListFilters.Unique),
        new("json", 0, 0, "x | json", ListFilters.Json) { TakesNull = true },
        new("duration", 0, 0, "x | duration", TimeFilters.Duration),
        new("time", 0, 1, "x | time or x | time('HH:mm:ss')", TimeFilters.Time) { Problem = TimeFilters.CheckFormat },
        new("date", 0, 1, "x | date or x | date('dd.MM.yyyy')", TimeFilters.Date) { Problem = TimeFilters.CheckFormat },
    ];

    private static readonly FrozenDictionary<string, Filter> s_byName = All.ToFrozenDictionary(filter => filter.Name);

    public static string Names { get; } = string.Join(", ", All.Select(filter => filter.Name));

    public static bool TryFind(string name, [NotNullWhen(true)] out Filter? filter) => s_byName.TryGetValue(name, out filter);
}
