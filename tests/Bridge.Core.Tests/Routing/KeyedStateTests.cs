using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Routing;

public sealed class KeyedStateTests
{
    private const string Kitchen = "home:z/kitchen";
    private const string Leak = """{"leak":true}""";
    private const string Dry = """{"leak":false}""";

    private static readonly Rule s_leak = new("leak", "home:z/+", "console:me")
    {
        When = "payload.leak == true",
        Until = "payload.leak == false",
        Key = "{{ topic[1] }}",
        Text = "Leak in {{ topic[1] }}",
        Resolved = "{{ alert.key }} is dry after {{ alert.age | duration }}",
        Severity = Severity.Critical,
    };

    private static readonly Rule s_freezer = new("freezer", "home:f", "console:me")
    {
        When = "payload.t > -12", Until = "payload.t < -15", For = TimeSpan.FromMinutes(10), Text = "Freezer at {{ payload.t }}",
    };

    [Fact]
    public void A_state_speaks_once_when_it_begins_and_once_when_it_ends()
    {
        var rules = new VirtualRules(s_leak);
        Assert.Equal(["Leak in kitchen"], rules.Publish(Kitchen, Leak).Texts());
        rules.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(Verdict.Unchanged, rules.Publish(Kitchen, Leak).Verdict());
        var end = rules.Publish(Kitchen, Dry);
        Assert.Equal(["kitchen is dry after 5 min"], end.Texts());
        Assert.Equal(Verdict.Resolved, end.Verdict());
        Assert.Equal(Severity.Critical, end.Deliveries.Single().Content.Severity);
        Assert.Empty(rules.Publish(Kitchen, Dry).Texts());
        Assert.Equal(["Leak in kitchen"], rules.Publish(Kitchen, Leak).Texts());
    }

    [Fact]
    public void Each_key_has_its_own_state()
    {
        var rules = new VirtualRules(s_leak);
        rules.Publish(Kitchen, Leak);
        Assert.Equal(["Leak in hall"], rules.Publish("home:z/hall", Leak).Texts());
        rules.Publish("home:z/hall", Dry);
        Assert.Equal(Verdict.Unchanged, rules.Publish(Kitchen, Leak).Verdict());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"leak":null}""")]
    [InlineData("")]
    [InlineData("unavailable")]
    public void A_missing_value_never_ends_a_state(string payload)
    {
        var rules = new VirtualRules(s_leak);
        rules.Publish(Kitchen, Leak);
        Assert.Equal(Verdict.NotMatched, rules.Publish(Kitchen, payload).Verdict());
        Assert.Equal(Verdict.Unchanged, rules.Publish(Kitchen, Leak).Verdict());
    }

    [Fact]
    public void Between_when_and_until_a_state_stays_as_it_is()
    {
        var rules = new VirtualRules(s_freezer with { For = null });
        Assert.Single(rules.Publish("home:f", """{"t":-10}""").Texts());
        Assert.Equal(Verdict.NotMatched, rules.Publish("home:f", """{"t":-13}""").Verdict());
        Assert.Equal(Verdict.Unchanged, rules.Publish("home:f", """{"t":-11}""").Verdict());
        Assert.Equal(Verdict.Resolved, rules.Publish("home:f", """{"t":-16}""").Verdict());
    }

    [Fact]
    public void When_wins_where_both_are_true() =>
        Assert.Equal(["Leak in kitchen"], new VirtualRules(s_leak with { Until = "true" }).Publish(Kitchen, Leak).Texts());

    [Fact]
    public void Resolved_goes_to_everyone_who_was_told_wherever_the_route_points_then()
    {
        var rules = new VirtualRules(s_leak with { To = ["console:me", "cloud:{{ payload.to }}"] });
        rules.Publish(Kitchen, """{"leak":true,"to":"anna"}""");
        Assert.Equal(["console:me", "cloud:anna"], rules.Publish(Kitchen, """{"leak":false,"to":"ben"}""").Addresses());
    }

    [Fact]
    public void Without_a_resolved_text_a_state_ends_in_silence()
    {
        var rules = new VirtualRules(s_leak with { Resolved = null });
        rules.Publish(Kitchen, Leak);
        Assert.Empty(rules.Publish(Kitchen, Dry).Deliveries);
        Assert.Single(rules.Publish(Kitchen, Leak).Deliveries);
    }

    [Fact]
    public void An_open_state_ends_by_the_rule_it_began_with_after_a_reload()
    {
        var rules = new VirtualRules(s_leak);
        rules.Publish(Kitchen, Leak);
        rules.Reload(s_leak with { Until = "payload.leak == 'dry'", Resolved = "new words", To = ["console:other"] });
        var early = rules.Publish(Kitchen, """{"leak":"dry"}""");
        Assert.Empty(early.Deliveries);
        var end = rules.Publish(Kitchen, Dry);
        Assert.Equal(["kitchen is dry after 0 s"], end.Texts());
        Assert.Equal(["console:me"], end.Addresses());
        Assert.Equal(["console:other"], rules.Publish(Kitchen, Leak).Addresses());
        Assert.Equal(["new words"], rules.Publish(Kitchen, """{"leak":"dry"}""").Texts());
    }

    [Fact]
    public void An_open_state_of_a_removed_rule_still_ends()
    {
        var rules = new VirtualRules(s_leak);
        rules.Publish(Kitchen, Leak);
        rules.Reload();
        Assert.Equal(["kitchen is dry after 0 s"], rules.Publish(Kitchen, Dry).Texts());
        Assert.Empty(rules.Publish(Kitchen, Leak).Deliveries);
    }

    [Fact]
    public void Beyond_a_thousand_keys_a_route_still_speaks_and_warns()
    {
        var rules = new VirtualRules(s_leak);
        for (var index = 0; index < 1_000; index++)
        {
            Assert.Empty(rules.Publish($"home:z/r{index}", Leak).AtCap);
        }

        var decision = rules.Publish("home:z/one-more", Leak);
        Assert.Single(decision.Deliveries);
        Assert.Equal(["leak"], decision.AtCap);
        Assert.Equal(1_000, rules.Memory.Count("leak", "open"));
    }

    [Fact]
    public void For_waits_until_the_condition_has_held_and_says_the_latest_value()
    {
        var rules = new VirtualRules(s_freezer);
        Assert.Equal(Verdict.Waiting, rules.Publish("home:f", """{"t":-10}""").Verdict());
        Assert.Empty(rules.Advance(TimeSpan.FromMinutes(6)).Texts());
        rules.Publish("home:f", """{"t":-8}""");
        Assert.Equal(["Freezer at -8"], rules.Advance(TimeSpan.FromMinutes(5)).Texts());
        Assert.Equal(Verdict.Unchanged, rules.Publish("home:f", """{"t":-8}""").Verdict());
        Assert.Equal(Verdict.Resolved, rules.Publish("home:f", """{"t":-20}""").Verdict());
    }

    [Fact]
    public void For_begins_again_when_the_condition_was_false_in_between()
    {
        var rules = new VirtualRules(s_freezer);
        rules.Publish("home:f", """{"t":-10}""");
        rules.Advance(TimeSpan.FromMinutes(9));
        rules.Publish("home:f", """{"t":-13}""");
        Assert.Empty(rules.Advance(TimeSpan.FromHours(1)).Texts());
        rules.Publish("home:f", """{"t":-10}""");
        Assert.Single(rules.Advance(TimeSpan.FromMinutes(10)).Texts());
    }

    [Fact]
    public void For_without_until_speaks_once_and_again_after_the_condition_was_false()
    {
        var rules = new VirtualRules(s_freezer with { Until = null });
        foreach (var _ in Enumerable.Range(0, 2))
        {
            rules.Publish("home:f", """{"t":-10}""");
            Assert.Single(rules.Advance(TimeSpan.FromMinutes(10)).Texts());
            rules.Publish("home:f", """{"t":-10}""");
            Assert.Empty(rules.Advance(TimeSpan.FromMinutes(30)).Texts());
            rules.Publish("home:f", """{"t":-20}""");
        }
    }

    [Fact]
    public void A_debounced_forward_carries_the_latest_event()
    {
        var rules = new VirtualRules(new Rule("f", "home:f", "cloud:f") { For = TimeSpan.FromMinutes(1) });
        rules.Publish("home:f", "one");
        rules.Publish("home:f", "two");
        Assert.Equal(["two"], rules.Advance(TimeSpan.FromMinutes(1)).Texts());
    }

    [Fact]
    public void A_wait_of_a_removed_rule_is_forgotten()
    {
        var rules = new VirtualRules(s_freezer);
        rules.Publish("home:f", """{"t":-10}""");
        rules.Reload();
        Assert.Empty(rules.Advance(TimeSpan.FromHours(1)).Texts());
        Assert.DoesNotContain(rules.Memory.Entries.Keys, key => key.Kind == "debounce");
    }
}
