using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Routing;

public sealed class LimitTests
{
    private static readonly Rule s_rule = new("storm", "home:t/+", "console:me")
    {
        Text = "{{ topic[1] }}",
        Key = "{{ topic[1] }}",
        Rate = new Rate(3, TimeSpan.FromMinutes(1)),
        Overflow = "{{ items | length }} more from {{ route }}: {{ items | map('key') | join(', ') }}",
    };

    [Fact]
    public void A_storm_becomes_a_few_texts_and_one_line_when_there_is_room_again()
    {
        var rules = new VirtualRules(s_rule);
        var texts = Enumerable.Range(0, 6).SelectMany(index => rules.Publish($"home:t/{index}", "x").Texts()).ToList();
        Assert.Equal(["0", "1", "2"], texts);
        Assert.Equal(Verdict.Limited, rules.Publish("home:t/6", "x").Verdict());
        Assert.Empty(rules.Advance(TimeSpan.FromSeconds(19)).Texts());
        Assert.Equal(["4 more from storm: 3, 4, 5, 6"], rules.Advance(TimeSpan.FromSeconds(2)).Texts());
        Assert.Empty(rules.Advance(TimeSpan.FromMinutes(10)).Texts());
        Assert.DoesNotContain(rules.Memory.Entries.Keys, key => key.Kind == "overflow");
        Assert.Single(rules.Publish("home:t/7", "x").Texts());
    }

    [Fact]
    public void Without_an_overflow_line_the_rest_is_counted_only()
    {
        var rules = new VirtualRules(s_rule with { Overflow = null });
        Assert.Equal(3, Enumerable.Range(0, 6).Sum(index => rules.Publish($"home:t/{index}", "x").Texts().Count));
        Assert.Empty(rules.Advance(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void The_line_takes_its_share_of_the_rate()
    {
        var rules = new VirtualRules(s_rule);
        var sent = 0;
        for (var second = 0; second < 600; second++)
        {
            sent += rules.Publish($"home:t/{second}", "x").Texts().Count + rules.Advance(TimeSpan.FromSeconds(1)).Texts().Count;
        }

        Assert.InRange(sent, 28, 34);
    }

    [Fact]
    public void An_alert_that_found_the_limit_reached_is_open_and_tells_nobody_that_it_ended()
    {
        var rules = new VirtualRules(s_rule with { When = "payload == 'on'", Until = "payload == 'off'", Resolved = "off" });
        for (var index = 0; index < 4; index++)
        {
            rules.Publish($"home:t/{index}", "on");
        }

        Assert.Equal(Verdict.Unchanged, rules.Publish("home:t/3", "on").Verdict());
        Assert.Equal(Verdict.Resolved, rules.Publish("home:t/3", "off").Verdict());
    }

    [Fact]
    public void An_event_that_passed_too_many_bridges_goes_no_further()
    {
        var rules = new VirtualRules(s_rule);
        Assert.Single(rules.Publish("home:t/1", "x", hops: 3).Deliveries);
        var decision = rules.Publish("home:t/1", "x", hops: 4);
        Assert.Equal(Verdict.LoopStopped, decision.Verdict());
        Assert.Contains("4 bridges", decision.Because(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_that_feeds_itself_is_stopped_and_may_speak_again_after_a_quiet_time()
    {
        var rules = new VirtualRules(new Rule("echo", "home:t/#", "home:t/x"));
        var sent = Enumerable.Range(0, 500).Sum(_ => rules.Publish("home:t/x", "same").Deliveries.Count);
        Assert.Equal(100, sent);
        Assert.Equal(Verdict.LoopStopped, rules.Publish("home:t/x", "same").Verdict());
        rules.Advance(TimeSpan.FromSeconds(11));
        Assert.Single(rules.Publish("home:t/x", "same").Deliveries);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_house_whose_devices_are_all_online_again_is_no_loop(int hops)
    {
        var rules = new VirtualRules(
            new Rule("mirror", "home:z/#", "home:mirror/{{ topic_tail(1) }}"),
            new Rule("watch", "home:mirror/#", "console:me") { When = "payload == 'offline'", Text = "{{ topic_str }} is gone" });
        Assert.Equal(500, Enumerable.Range(0, 500).Sum(device => rules.Publish($"home:z/{device}/availability", "online", hops: hops).Deliveries.Count));
    }

    [Fact]
    public void What_waits_for_the_line_of_a_route_that_is_gone_is_forgotten_and_that_is_said()
    {
        var rules = new VirtualRules(s_rule);
        foreach (var index in Enumerable.Range(0, 6))
        {
            rules.Publish($"home:t/{index}", "x");
        }

        rules.Reload(new Rule("other", "home:t/+", "console:me"));
        var woken = Assert.Single(rules.Advance(TimeSpan.FromMinutes(1)));
        Assert.Contains("3 events waited for the overflow line of a route that is gone", Assert.Single(woken.Routes).Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(rules.Memory.Entries.Keys, key => key is { Route: "storm", Kind: MemoryKinds.Limit or MemoryKinds.Overflow });
    }

    [Fact]
    public void A_device_that_repeats_itself_fast_is_no_loop()
    {
        var rules = new VirtualRules(new Rule("up", "home:#", "cloud:x"));
        Assert.Equal(500, Enumerable.Range(0, 500).Sum(_ => rules.Publish("home:t", "same").Deliveries.Count));
    }
}
