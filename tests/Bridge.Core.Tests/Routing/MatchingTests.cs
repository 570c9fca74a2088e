using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Routing;

public sealed class MatchingTests
{
    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/b/c", false)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/+", "a/", true)]
    [InlineData("a/+/c", "a/b/c", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("#", "a/b", true)]
    [InlineData("#", "/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "$SYS/uptime", false)]
    [InlineData("+/uptime", "$SYS/uptime", false)]
    [InlineData("$SYS/#", "$SYS/uptime", true)]
    [InlineData("$SYS/+", "$SYS/uptime", true)]
    [InlineData("a/+", "a/$b", true)]
    [InlineData("A", "a", false)]
    public void Topic_filters_match_as_in_mqtt(string filter, string topic, bool matches) =>
        Assert.Equal(matches, Listening(topic, new Rule("r", "home:" + filter, "out:x")).Any());

    [Theory]
    [InlineData("*", "anything/at all", true)]
    [InlineData("!room:example.org", "!room:example.org", true)]
    [InlineData("!room:example.org", "!room:example.com", false)]
    [InlineData("+", "x", false)]
    public void Plain_addresses_match_exactly_or_all(string pattern, string address, bool matches) =>
        Assert.Equal(matches, Listening(address, new Rule("r", "home:" + pattern, "out:x") { Style = AddressStyle.Plain }).Any());

    [Fact]
    public void A_route_with_several_patterns_listens_once_and_keeps_its_place() =>
        Assert.Equal(
            ["first", "second", "third"],
            Listening("a/b", new("first", "home:a/+"), new("second", "home:# home:a/b"), new("other", "cloud:a/b"), new("third", "home:+/b")));

    [Fact]
    public void The_tree_of_levels_agrees_with_naive_matching()
    {
        var random = new Random(20260301);
        string[] words = ["a", "b", "", "$s", "+", "#"];
        for (var round = 0; round < 300; round++)
        {
            var filters = Enumerable.Range(0, 30).Select(_ => Filter(random, words)).ToList();
            var table = RouteTable.Compile([.. filters.Select((filter, index) => new Rule($"{index}", "home:" + filter).Build())]);
            for (var tries = 0; tries < 20; tries++)
            {
                var topic = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => words[random.Next(4)]));
                var naive = filters.Select((filter, index) => (filter, index)).Where(f => Naive(f.filter, topic)).Select(f => $"{f.index}");
                Assert.Equal(naive, table.ListeningTo(new Address(new EndpointId("home"), topic)));
            }
        }
    }

    [Fact]
    public void A_topic_of_sixty_thousand_levels_costs_no_more_than_the_deepest_filter()
    {
        var topic = string.Join('/', Enumerable.Repeat("a", 30_000));
        Assert.Equal(["all"], Listening(topic, new("all", "home:#"), new("two", "home:a/a")));
    }

    private static IEnumerable<string> Listening(string rest, params Rule[] rules) =>
        RouteTable.Compile([.. rules.Select(rule => rule.Build())]).ListeningTo(new Address(new EndpointId("home"), rest));

    private static string Filter(Random random, string[] words)
    {
        var levels = Enumerable.Range(0, random.Next(1, 5)).Select(_ => words[random.Next(5)]).ToList();
        if (random.Next(3) == 0)
        {
            levels.Add("#");
        }

        return string.Join('/', levels) is { Length: > 0 } filter ? filter : "a";
    }

    private static bool Naive(string filter, string topic)
    {
        var (wanted, levels) = (filter.Split('/'), topic.Split('/'));
        if (topic.StartsWith('$') && wanted[0] is "+" or "#")
        {
            return false;
        }

        for (var index = 0; index < wanted.Length; index++)
        {
            if (wanted[index] == "#")
            {
                return levels.Length >= index;
            }

            if (index >= levels.Length || (wanted[index] != "+" && wanted[index] != levels[index]))
            {
                return false;
            }
        }

        return levels.Length == wanted.Length;
    }
}
