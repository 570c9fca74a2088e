using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt.Protocol;

public sealed class TopicTests
{
    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/B", false)]
    [InlineData("a/b", "a/bc", false)]
    [InlineData("a/b", "a", false)]
    [InlineData("a", "a/b", false)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/+", "a/b/c", false)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("a/+/c", "a/b/c", true)]
    [InlineData("a/+/c", "a//c", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("a/+/#", "a/b", true)]
    [InlineData("a/+/#", "a", false)]
    [InlineData("#", "a/b", true)]
    [InlineData("#", "/", true)]
    [InlineData("a/", "a/", true)]
    [InlineData("a/", "a", false)]
    [InlineData("a/", "a/b", false)]
    [InlineData("a//b", "a//b", true)]
    [InlineData("#", "$SYS/load", false)]
    [InlineData("+/load", "$SYS/load", false)]
    [InlineData("$SYS/#", "$SYS/load", true)]
    [InlineData("$SYS/+", "$SYS/load", true)]
    public void Filters_match_as_section_4_7_says(string filter, string name, bool matches) => Assert.Equal(matches, Topic.Matches(filter, name));

    [Theory]
    [InlineData("a+")]
    [InlineData("a/#/b")]
    [InlineData("a#")]
    [InlineData("#/")]
    [InlineData("+a/b")]
    [InlineData("")]
    [InlineData("a\0")]
    public void Ill_formed_filters_have_a_fault(string filter) => Assert.NotNull(Topic.FaultOfFilter(filter));

    [Theory]
    [InlineData("+")]
    [InlineData("#")]
    [InlineData("+/a/+/#")]
    [InlineData("/")]
    [InlineData("a b/ü")]
    public void Well_formed_filters_have_none(string filter) => Assert.Null(Topic.FaultOfFilter(filter));

    [Fact]
    public void Names_have_no_wildcards_and_at_most_65535_bytes()
    {
        Assert.NotNull(Topic.FaultOfName("a/+"));
        Assert.NotNull(Topic.FaultOfName("a/#"));
        Assert.NotNull(Topic.FaultOfName(new string('ü', 32768)));
        Assert.Null(Topic.FaultOfName(new string('ü', 32767)));
        Assert.Null(Topic.FaultOfName("/"));
    }

    [Fact]
    public void Matching_agrees_with_matching_level_by_level()
    {
        var random = new Random(1);
        for (var i = 0; i < 200_000; i++)
        {
            var name = Levels(random, ["a", "b", "", "$x"]);
            var filter = Levels(random, ["a", "b", "", "+", "$x"]) + (random.Next(3) == 0 ? "/#" : "");
            if (name.Length > 0 && filter.Length > 0)
            {
                Assert.True(ByLevels(filter, name) == Topic.Matches(filter, name), $"'{filter}' '{name}'");
            }
        }
    }

    private static string Levels(Random random, string[] from) =>
        string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => from[random.Next(from.Length)]));

    private static bool ByLevels(string filter, string name)
    {
        var (f, n) = (filter.Split('/'), name.Split('/'));
        if (name[0] == '$' && f[0] is "+" or "#")
        {
            return name[0] != '$' && f[0] == "#";
        }

        for (var i = 0; i < f.Length; i++)
        {
            if (f[i] == "#")
            {
                return true;
            }

            if (i >= n.Length || (f[i] != "+" && f[i] != n[i]))
            {
                return false;
            }
        }

        return f.Length == n.Length;
    }
}
