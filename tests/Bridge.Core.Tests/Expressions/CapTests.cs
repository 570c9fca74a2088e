using System.Text.Json;
using Bridge.Core.Expressions;
using Xunit;

namespace Bridge.Core.Tests.Expressions;

public sealed class CapTests
{
    [Fact]
    public void A_source_over_4_KB_is_refused()
    {
        Assert.Empty(Expression.Parse("\"" + new string('a', 4094) + "\"").Problems);
        Assert.Equal(4097, Assert.Single(Expression.Parse("\"" + new string('a', 4095) + "\"").Problems).Column);
        Assert.Equal(4097, Assert.Single(Template.Parse(new string('a', 4097)).Problems).Column);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("-", "")]
    [InlineData("not ", "")]
    [InlineData("upper(", ")")]
    [InlineData("{a:", "}")]
    [InlineData("true ? 1 : ", "")]
    [InlineData("1 + (", ")")]
    [InlineData("topic[", "]")]
    public void Nesting_deeper_than_64_is_refused_and_60_is_not(string open, string close)
    {
        Assert.Empty(Expression.Parse(Repeat(open, 30) + "1" + Repeat(close, 30)).Problems);
        Assert.Contains("nested deeper than 64 levels", Assert.Single(Expression.Parse(Repeat(open, 300) + "1" + Repeat(close, 300)).Problems).Message);
    }

    [Fact]
    public void Long_chains_of_and_and_or_are_not_deep()
    {
        var any = string.Join(" or ", Enumerable.Range(0, 200).Select(i => $"payload.x == {i}"));
        Assert.True(Run.Parse(any).IsTrue(new TestScope("""{ "x": 199 }""")));
        Assert.NotEmpty(Expression.Parse(string.Join(" + ", Enumerable.Repeat("1", 200))).Problems);
    }

    [Fact]
    public void A_text_is_cut_at_64_KB()
    {
        var scope = new TestScope(JsonSerializer.Serialize(new { big = new string('x', 60_000), smile = string.Concat(Enumerable.Repeat("👍", 40_000)) }));
        var trace = new Trace();
        Assert.Equal(65_536, Run.Render("{{ payload.big }}{{ payload.big }}", scope, trace).Length);
        Assert.Equal(["cut at 65536 characters"], trace.Notes);
        Assert.Equal(65_536, Run.Parse("payload.big + payload.big").Evaluate(scope).Text.Length);
        Assert.Equal(65_536, Run.Parse("payload.big | replace('x', 'a rather long replacement')").Evaluate(scope).Text.Length);
        var cut = Run.Render("a{{ payload.smile }}", scope);
        Assert.Equal(65_535, cut.Length);
        Assert.True(char.IsLowSurrogate(cut[^1]));
    }

    [Fact]
    public void A_list_is_looked_at_up_to_1000_items()
    {
        var scope = new TestScope(JsonSerializer.Serialize(Enumerable.Range(0, 1500)));
        var trace = new Trace();
        Assert.Equal("false", Run.Evaluate("1200 in payload", scope, trace));
        Assert.Equal("999", Run.Evaluate("payload | map('x') | length - 1", scope, trace));
        Assert.Equal("1500", Run.Evaluate("payload | length", scope));
        Assert.Contains("only the first 1000 items are looked at: 1200 in payload", trace.Notes);
    }

    [Fact]
    public void An_evaluation_ends_after_10000_steps_and_is_then_null_or_false()
    {
        var scope = new TestScope(JsonSerializer.Serialize(Enumerable.Range(0, 999)));
        var source = string.Join(" and ", Enumerable.Range(0, 160).Select(_ => "not (-1 in payload)"));
        var trace = new Trace();
        Assert.False(Run.Parse(source).IsTrue(scope, trace));
        Assert.Contains("stopped after 10000 steps", trace.Notes);
        Assert.Contains("steps", trace.Falsified, StringComparison.Ordinal);
        Assert.True(Run.Parse("not (" + source + ")").Evaluate(scope).IsNull);
    }

    [Theory]
    [InlineData("payload.big | matches('^(a+)+$')")]
    [InlineData("payload.big | matches('(a|aa)+$')")]
    [InlineData("payload.big | matches('(.*)(.*)(.*)(.*)b')")]
    [InlineData("payload.big | matches('(a{50}){9}b')")]
    public void An_evil_pattern_takes_bounded_time(string source)
    {
        var scope = new TestScope(JsonSerializer.Serialize(new { big = new string('a', 60_000) + "!" }));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Run.Parse(source).IsTrue(scope);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{clock.Elapsed}");
    }

    [Fact]
    public void A_huge_map_costs_steps()
    {
        var scope = new TestScope(JsonSerializer.Serialize(Enumerable.Range(0, 50_000).ToDictionary(i => $"k{i}")));
        Assert.Equal("49999", Run.Evaluate("payload.k49999", scope));
        Assert.Equal("null", Run.Evaluate(string.Join(" + ", Enumerable.Repeat("payload.k0", 40)), scope));
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
