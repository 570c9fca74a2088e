using Bridge.Core.Routing;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Routing;

public sealed class CooldownTests
{
    private static readonly TimeSpan s_five = TimeSpan.FromMinutes(5);
    private static readonly Rule s_rule = new("r", "home:#", "console:me") { Text = "{{ payload }}", Cooldown = s_five };
    private static readonly Rule s_alert = new("a", "home:#", "console:me")
    {
        When = "payload == 'on'", Until = "payload == 'off'", Text = "on", Resolved = "off", Cooldown = s_five,
    };

    [Fact]
    public void Identical_texts_are_dropped_while_it_lasts()
    {
        var rules = new VirtualRules(s_rule);
        Assert.Single(rules.Publish("home:t", "a").Texts());
        var second = rules.Publish("home:t", "a");
        Assert.Equal(Verdict.CooledDown, second.Verdict());
        Assert.Contains("12:05:00", second.Because(), StringComparison.Ordinal);
        Assert.Single(rules.Publish("home:t", "b").Texts());
        rules.Advance(s_five);
        Assert.Single(rules.Publish("home:t", "a").Texts());
    }

    [Fact]
    public void A_written_key_cools_down_whatever_is_said()
    {
        var rules = new VirtualRules(s_rule with { Key = "{{ topic[0] }}" });
        rules.Publish("home:t", "a");
        Assert.Empty(rules.Publish("home:t", "b").Texts());
        Assert.Single(rules.Publish("home:u", "b").Texts());
    }

    [Fact]
    public void Per_is_a_key_of_its_own()
    {
        var rules = new VirtualRules(s_rule with { Key = "{{ payload }}", CooldownPer = "{{ topic[0] }}" });
        rules.Publish("home:t", "a");
        Assert.Equal(Verdict.CooledDown, rules.Publish("home:t", "b").Verdict());
    }

    [Fact]
    public void It_starts_with_the_first_success_and_a_pending_delivery_already_holds_it()
    {
        var rules = new VirtualRules(s_rule with { To = ["console:a", "console:b"] }) { Delivers = null };
        var first = rules.Publish("home:t", "a").Deliveries;
        rules.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(Verdict.CooledDown, rules.Publish("home:t", "a").Verdict());
        rules.Settle(first[0], delivered: false);
        rules.Settle(first[0], delivered: false);
        Assert.Equal(Verdict.CooledDown, rules.Publish("home:t", "a").Verdict());
        rules.Settle(first[1], delivered: true);
        rules.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(Verdict.CooledDown, rules.Publish("home:t", "a").Verdict());
        rules.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(Verdict.Sent, rules.Publish("home:t", "a").Verdict());
    }

    [Fact]
    public void It_is_lifted_when_all_deliveries_fail()
    {
        var rules = new VirtualRules(s_rule with { To = ["console:a", "console:b"] }) { Delivers = false };
        rules.Publish("home:t", "a");
        Assert.Equal(2, rules.Publish("home:t", "a").Texts().Count);
    }

    [Fact]
    public void It_is_lifted_when_a_network_reports_that_what_it_took_reached_nobody()
    {
        var rules = new VirtualRules(s_rule with { To = ["modem:+491", "modem:+492"] }) { Delivers = null };
        var first = rules.Publish("home:t", "a").Deliveries;
        rules.Settle(first[0], delivered: true);
        rules.Settle(first[1], delivered: true);
        rules.Settle(first[0], delivered: false);
        Assert.Equal(Verdict.CooledDown, rules.Publish("home:t", "a").Verdict());
        rules.Settle(first[1], delivered: false);
        Assert.Equal(Verdict.Sent, rules.Publish("home:t", "a").Verdict());
    }

    [Fact]
    public void It_starts_when_a_network_reports_that_what_seemed_lost_was_delivered()
    {
        var rules = new VirtualRules(s_rule) { Delivers = null };
        var first = rules.Publish("home:t", "a").Deliveries;
        rules.Settle(first[0], delivered: false);
        rules.Settle(first[0], delivered: true);
        Assert.Equal(Verdict.CooledDown, rules.Publish("home:t", "a").Verdict());
        rules.Advance(s_five);
        Assert.Equal(Verdict.Sent, rules.Publish("home:t", "a").Verdict());
    }

    [Fact]
    public void A_late_result_of_an_earlier_round_changes_nothing()
    {
        var rules = new VirtualRules(s_rule with { To = ["console:a", "console:b"] }) { Delivers = null };
        var first = rules.Publish("home:t", "a").Deliveries;
        rules.Settle(first[0], delivered: true);
        rules.Advance(TimeSpan.FromMinutes(6));
        var second = rules.Publish("home:t", "a").Deliveries;
        rules.Settle(first[1], delivered: false);
        rules.Settle(second[0], delivered: false);
        Assert.Equal(Verdict.CooledDown, rules.Publish("home:t", "a").Verdict());
    }

    [Fact]
    public void An_inherited_one_never_suppresses_an_opening_or_a_resolution()
    {
        var rules = new VirtualRules(s_alert with { CooldownInherited = true });
        foreach (var _ in Enumerable.Range(0, 3))
        {
            Assert.Equal(["on"], rules.Publish("home:t", "on").Texts());
            Assert.Equal(["off"], rules.Publish("home:t", "off").Texts());
        }
    }

    [Fact]
    public void An_inherited_one_does_not_touch_what_has_held_for_a_while()
    {
        var rules = new VirtualRules(new Rule("warm", "home:t", "console:me")
        {
            When = "payload > 5", For = TimeSpan.FromMinutes(10), Text = "warm {{ payload }}", Cooldown = TimeSpan.FromHours(1), CooldownInherited = true,
        });
        rules.Publish("home:t", "6");
        Assert.Equal(["warm 6"], rules.Advance(TimeSpan.FromMinutes(11)).Texts());
        rules.Publish("home:t", "1");
        rules.Publish("home:t", "7");
        Assert.Equal(["warm 7"], rules.Advance(TimeSpan.FromMinutes(11)).Texts());
    }

    [Fact]
    public void A_written_one_suppresses_both()
    {
        var rules = new VirtualRules(s_alert);
        Assert.Equal(["on"], rules.Publish("home:t", "on").Texts());
        Assert.Equal(Verdict.CooledDown, rules.Publish("home:t", "off").Verdict());
        Assert.Equal(Verdict.CooledDown, rules.Publish("home:t", "on").Verdict());
        rules.Advance(s_five);
        Assert.Empty(rules.Publish("home:t", "off").Texts());
        Assert.Equal(["on"], rules.Publish("home:t", "on").Texts());
    }

    [Fact]
    public void An_inherited_one_does_not_touch_forwards()
    {
        var rules = new VirtualRules(new Rule("f", "home:#", "cloud:x") { Cooldown = s_five, CooldownInherited = true });
        rules.Publish("home:t", "same");
        Assert.Single(rules.Publish("home:t", "same").Deliveries);
    }

    [Fact]
    public void A_written_one_drops_identical_forwards()
    {
        var rules = new VirtualRules(new Rule("f", "home:#", "cloud:x") { Cooldown = s_five });
        rules.Publish("home:t", "same");
        Assert.Empty(rules.Publish("home:t", "same").Deliveries);
        Assert.Single(rules.Publish("home:t", "other").Deliveries);
    }

    [Fact]
    public void What_is_cooled_down_is_forgotten_in_the_end()
    {
        var rules = new VirtualRules(s_rule);
        rules.Publish("home:t", "a");
        rules.Advance(s_five);
        Assert.DoesNotContain(rules.Memory.Entries.Keys, key => key.Kind == "cooldown");
    }
}
