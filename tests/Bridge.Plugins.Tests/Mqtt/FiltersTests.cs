using Bridge.Plugin.Mqtt.Client;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>How filters relate, against the one truth: which topics match.</summary>
public sealed class FiltersTests
{
    [Fact]
    public void Covering_and_overlapping_are_what_matching_says()
    {
        string[] levels = ["a", "b", "+", "#", "", "$x"];
        var filters = (from one in levels from two in levels from three in (string?[])[.. levels, null] select three is null ? $"{one}/{two}" : $"{one}/{two}/{three}")
            .Concat(levels).Where(filter => Topic.FaultOfFilter(filter) is null).Distinct().ToList();
        string[] names = ["a", "b", "c", "", "$x", "$y"];
        var topics = (from one in names from two in (string?[])[.. names, null] from three in (string?[])[.. names, null]
                      select two is null ? one : three is null ? $"{one}/{two}" : $"{one}/{two}/{three}").Where(name => name.Length > 0)
            .Concat(["a/b/c/d", "a/a/a/a", "$x/a/b/c", "b/b/b/b", "a/$x/a/a"]).Distinct().ToList();
        foreach (var wide in filters)
        {
            foreach (var narrow in filters)
            {
                Assert.True(!Filters.Covers(wide, narrow) || topics.Where(topic => Topic.Matches(narrow, topic)).All(topic => Topic.Matches(wide, topic)));
                Assert.True(wide == narrow || !(Filters.Covers(wide, narrow) && Filters.Covers(narrow, wide)));
                // "/#" and "+" would share the empty topic, which there is not.
                Assert.True(wide is "/#" || narrow is "/#" || topics.Exists(topic => Topic.Matches(narrow, topic) && Topic.Matches(wide, topic)) == Filters.Overlap(wide, narrow));
            }
        }
    }

    [Fact]
    public void What_another_filter_covers_is_not_subscribed_to()
    {
        Assert.Equal(["a/#", "b/+/x", "b/y/+", "$SYS/a"], Filters.Reduce(["a/#", "a", "a/+", "a/b/c", "b/+/x", "b/y/+", "$SYS/a"]));
        Assert.Equal(["b/+/x", "b/y/+"], Filters.Overlapping(["a/#", "b/+/x", "b/y/+", "c"]));
    }

    [Fact]
    public void Of_several_copies_that_of_the_oldest_subscription_counts()
    {
        var overlaps = new Overlaps(["b/+/x", "b/y/+"]);
        var (older, newer) = (Overlaps.IdentifierOf("b/+/x"), Overlaps.IdentifierOf("b/y/+"));
        Assert.True(overlaps.IsWanted(Publish("b/y/x", older)));
        Assert.False(overlaps.IsWanted(Publish("b/y/x", newer)));
        Assert.True(overlaps.IsWanted(Publish("b/y/x", newer, older)));
        Assert.True(overlaps.IsWanted(Publish("b/y/z", newer)));
        Assert.True(overlaps.IsWanted(Publish("b/y/x")));
        Assert.True(overlaps.IsWanted(Publish("b/y/x", Overlaps.IdentifierOf("of a subscription that is no more"))));
    }

    private static PublishPacket Publish(string topic, params uint[] identifiers) => new()
    {
        Topic = topic,
        Properties = new([.. identifiers.Select(identifier => MqttProperty.Of(PropertyId.SubscriptionIdentifier, identifier))]),
    };
}
