using Bridge.Core.Configuration;
using Bridge.Core.Routing;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Routing;

public sealed class RetainedTests
{
    private const string Topic = "home:z/kitchen";

    private static readonly Rule s_leak = new("leak", "home:z/+", "console:me")
    {
        When = "payload.leak == true", Text = "Leak in {{ topic[1] }}, battery {{ payload.battery }}",
    };

    [Fact]
    public void The_first_retained_state_is_a_baseline_and_the_first_live_match_still_fires()
    {
        var rules = new VirtualRules(s_leak);
        var first = rules.Publish(Topic, Leak(88), retained: true);
        Assert.Equal(Verdict.Baseline, first.Verdict());
        Assert.True(rules.Memory.Entries.Values.OfType<Known>().Single() is { Baseline: true, Result: MatchResult.Matched });
        Assert.Single(rules.Publish(Topic, Leak(88)).Texts());
        Assert.False(rules.Memory.Entries.Values.OfType<Known>().Single().Baseline);
    }

    [Fact]
    public void The_same_state_replayed_is_silent_and_a_differing_one_fires()
    {
        var rules = new VirtualRules(s_leak);
        rules.Publish(Topic, Leak(88));
        Assert.Equal(Verdict.Baseline, rules.Publish(Topic, Leak(88), retained: true).Verdict());
        Assert.Equal(["Leak in kitchen, battery 87"], rules.Publish(Topic, Leak(87), retained: true).Texts());
        Assert.Empty(rules.Publish(Topic, Leak(87), retained: true).Texts());
    }

    [Fact]
    public void A_change_that_the_rule_does_not_show_is_silent()
    {
        var rules = new VirtualRules(s_leak);
        rules.Publish(Topic, """{"leak":true,"battery":88,"linkquality":5}""");
        Assert.Empty(rules.Publish(Topic, """{"leak":true,"battery":88,"linkquality":90}""", retained: true).Texts());
    }

    [Fact]
    public void A_leak_that_began_while_bridge_was_down_fires_at_the_next_start()
    {
        var rules = new VirtualRules(s_leak);
        rules.Publish(Topic, """{"leak":false}""");
        Assert.Single(rules.Publish(Topic, Leak(88), retained: true).Texts());
    }

    [Fact]
    public void A_state_that_ended_while_bridge_was_down_is_resolved_at_the_next_start()
    {
        var rules = new VirtualRules(s_leak with { Until = "payload.leak == false", Resolved = "dry" });
        rules.Publish(Topic, Leak(88));
        Assert.Equal(["dry"], rules.Publish(Topic, """{"leak":false}""", retained: true).Texts());
        Assert.Empty(rules.Publish(Topic, """{"leak":false}""", retained: true).Texts());
    }

    [Fact]
    public void A_baseline_of_a_keyed_state_ends_in_silence()
    {
        var rules = new VirtualRules(s_leak with { Until = "payload.leak == false", Resolved = "dry" });
        rules.Publish(Topic, Leak(88), retained: true);
        Assert.Empty(rules.Publish(Topic, """{"leak":false}""").Texts());
        Assert.Single(rules.Publish(Topic, Leak(88)).Texts());
    }

    [Fact]
    public void Ignored_retained_events_neither_fire_nor_count()
    {
        var rules = new VirtualRules(s_leak with { Retained = RetainedMode.Ignore });
        Assert.Equal(Verdict.Baseline, rules.Publish(Topic, Leak(88), retained: true).Verdict());
        Assert.Empty(rules.Memory.Entries);
        Assert.Single(rules.Publish(Topic, Leak(88)).Texts());
    }

    [Fact]
    public void Always_means_that_a_retained_event_is_as_good_as_a_live_one()
    {
        var rules = new VirtualRules(s_leak with { Retained = RetainedMode.Always });
        Assert.Single(rules.Publish(Topic, Leak(88), retained: true).Texts());
        Assert.Single(rules.Publish(Topic, Leak(88), retained: true).Texts());
    }

    [Fact]
    public void A_forward_takes_retained_events_and_remembers_nothing()
    {
        var rules = new VirtualRules(new Rule("up", "home:#", "cloud:{{ topic_str }}"));
        Assert.Single(rules.Publish(Topic, "x", retained: true).Deliveries);
        Assert.Empty(rules.Memory.Entries);
    }

    [Fact]
    public void A_live_state_that_does_not_change_costs_no_memory_writes()
    {
        var rules = new VirtualRules(s_leak);
        Assert.Single(rules.Publish(Topic, """{"leak":false}""").Memory);
        Assert.Empty(rules.Publish(Topic, """{"leak":false,"n":2}""").Memory);
    }

    private static string Leak(int battery) => $$"""{"leak":true,"battery":{{battery}}}""";
}
