using Bridge.Host.Metrics;
using Bridge.Host.Tests.Architecture;
using Xunit;

namespace Bridge.Host.Tests.Http;

/// <summary>The metrics on the operations page are those that there are; <c>BLESS=1</c> writes the counters into it.</summary>
public sealed class OperationsPageTests
{
    private const string Begin = "<!-- counters -->\n";
    private const string End = "<!-- end of counters -->\n";
    private static readonly string s_file = Path.Combine(Repository.Root, "docs/OPERATIONS.md");

    [Fact]
    public void The_page_lists_every_counter_and_every_time()
    {
        var page = File.ReadAllText(s_file);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("BLESS") == "1")
        {
            File.WriteAllText(s_file, page[..begin] + Table() + page[end..]);
            return;
        }

        Assert.Equal(Table(), page[begin..end]);
    }

    /// <summary>The metrics that a page of ours documents.</summary>
    public static IReadOnlyList<string> Documented =>
        [.. File.ReadLines(s_file).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).Where(name => !name.Contains(' ', StringComparison.Ordinal))];

    private static string Table()
    {
        var counters = CounterFacts.All.Where(fact => fact.Name != CounterFacts.CommitTime)
            .Select(fact => Row(CounterFamilies.NameOf(fact), "counter", fact.Labels, fact.Words));
        var times = TimeFact.All.Select(fact => Row(fact.Name, "histogram", fact.Label is null ? [] : [fact.Label], fact.Words));
        return "\n| metric | type | labels | what |\n|---|---|---|---|\n" + string.Concat(counters.Concat(times)) + "\n";
    }

    private static string Row(string name, string type, string[] labels, string words) =>
        $"| `{name}` | {type} |{(labels.Length == 0 ? "" : " " + string.Join(", ", labels))} | {words} |\n";
}
