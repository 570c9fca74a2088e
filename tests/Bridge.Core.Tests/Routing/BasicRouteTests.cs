using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Routing;

public sealed class BasicRouteTests
{
    [Fact]
    public void A_number_has_one_spelling_however_a_rule_writes_it()
    {
        var rules = new VirtualRules(
            new Rule("written", "home:a", "modem:+49 170 123-4567") { Text = "a" },
            new Rule("built", "home:b", "modem:+{{ payload }}") { Text = "b" },
            new Rule("topic", "home:c", "cloud:House@Main/x") { Text = "c" });
        Assert.Equal(["modem:+491701234567"], rules.Publish("home:a", "").Addresses());
        Assert.Equal(["modem:+491701234567"], rules.Publish("home:b", "49 (170) 123.45.67").Addresses());
        Assert.Equal(["cloud:House@Main/x"], rules.Publish("home:c", "").Addresses());
    }

    private static readonly Rule s_leak = new("leak", "home:zigbee2mqtt/+/leak_sensor", "console:me")
    {
        When = "payload.water_leak == true",
        Text = "Water leak in {{ topic[1] }}! Battery {{ payload.battery | default('?') }} %",
    };

    [Fact]
    public void A_matching_event_becomes_a_readable_text()
    {
        var decision = new VirtualRules(s_leak).Publish("home:zigbee2mqtt/kitchen/leak_sensor", """{"water_leak":true,"battery":88}""");
        Assert.Equal(["Water leak in kitchen! Battery 88 %"], decision.Texts());
        Assert.Equal(["console:me"], decision.Addresses());
        Assert.Equal(Verdict.Sent, decision.Verdict());
        Assert.True(decision.Concerns);
    }

    [Fact]
    public void A_false_condition_says_which_part_was_false_and_with_what_values()
    {
        var decision = new VirtualRules(s_leak).Publish("home:zigbee2mqtt/kitchen/leak_sensor", """{"water_leak":false}""");
        Assert.Empty(decision.Deliveries);
        Assert.Equal(Verdict.NotMatched, decision.Verdict());
        Assert.Contains("payload.water_leak", decision.Because(), StringComparison.Ordinal);
        Assert.Contains("false", decision.Because(), StringComparison.Ordinal);
        Assert.False(decision.Concerns);
    }

    [Fact]
    public void A_missing_value_is_noted()
    {
        var decision = new VirtualRules(s_leak).Publish("home:zigbee2mqtt/kitchen/leak_sensor", """{"battery":3}""");
        Assert.Contains(decision.Routes.Single().Notes, note => note.Contains("payload.water_leak", StringComparison.Ordinal));
    }

    [Fact]
    public void All_matching_routes_run_in_order()
    {
        var rules = new VirtualRules(new("one", "home:#", "console:a") { Text = "1" }, new("two", "home:t", "console:b") { Text = "2" });
        Assert.Equal(["1", "2"], rules.Publish("home:t", "x").Texts());
    }

    [Fact]
    public void A_final_route_stops_later_ones_even_when_it_is_cooled_down()
    {
        var rules = new VirtualRules(
            new("one", "home:t", "console:a") { Text = "1", Final = true, Cooldown = TimeSpan.FromHours(1) },
            new("two", "home:t", "console:b") { Text = "2" });
        Assert.Equal(["1"], rules.Publish("home:t", "x").Texts());
        var again = rules.Publish("home:t", "x");
        Assert.Equal([Verdict.CooledDown, Verdict.Stopped], again.Routes.Select(route => route.Verdict));
        Assert.Contains("one", again.Routes[1].Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_final_route_that_does_not_match_stops_nothing()
    {
        var rules = new VirtualRules(
            new("one", "home:t", "console:a") { Text = "1", When = "payload == 'no'", Final = true }, new("two", "home:t", "console:b") { Text = "2" });
        Assert.Equal(["2"], rules.Publish("home:t", "x").Texts());
    }

    [Fact]
    public void An_address_gets_the_same_text_once_per_event_and_another_text_too()
    {
        var rules = new VirtualRules(
            new("one", "home:t", "console:a") { Text = "same" },
            new("two", "home:t", "console:a", "console:b") { Text = "same" },
            new("three", "home:t", "console:a") { Text = "other" });
        var decision = rules.Publish("home:t", "x");
        Assert.Equal([("console:a", "same"), ("console:b", "same"), ("console:a", "other")], decision.Addresses().Zip(decision.Texts()));
        Assert.Equal(["same", "same", "other"], rules.Publish("home:t", "x").Texts());
    }

    [Fact]
    public void An_event_is_forwarded_as_it_is_and_once_per_address()
    {
        var rules = new VirtualRules(
            new("up", "home:sensors/#", "cloud:home/{{ topic_tail(1) }}"), new("again", "home:sensors/#", "cloud:home/{{ topic_tail(1) }}"));
        var delivery = Assert.Single(rules.Publish("home:sensors/a/b", "\u0001 not json").Deliveries);
        Assert.Null(delivery.Content.Content);
        Assert.Equal("cloud:home/a/b", delivery.Content.To.Full);
        Assert.Equal(1, delivery.Content.Hops);
        Assert.Equal("home:sensors/a/b", delivery.Content.Source!.Value.Full);
    }

    [Fact]
    public void An_edit_is_forwarded_and_never_becomes_a_text()
    {
        var rules = new VirtualRules(
            new("forward", "chat:*", "far:room") { Style = AddressStyle.Plain }, new("text", "chat:*", "console:me") { Style = AddressStyle.Plain, Text = "x" });
        var decision = rules.Arrive(VirtualRules.At("chat:room", new MessageEdited(new NativeId("m1"), new MessageText("new"))));
        Assert.Equal(["far:room"], decision.Addresses());
    }

    [Fact]
    public void A_payload_template_is_published_as_json_and_a_lone_string_as_it_stands()
    {
        var rules = new VirtualRules(
            new("json", "home:t", "cloud:a") { Payload = """{"level":"{{ payload.v }}","name":"n {{ payload.v }}"}""" },
            new("word", "home:t", "cloud:b") { Payload = "\"is {{ payload.v }}\"" });
        var decision = rules.Publish("home:t", """{"v":3}""");
        Assert.Equal(["""{"level":3,"name":"n 3"}""", "is 3"], decision.Texts());
        Assert.Equal(["application/json", null], decision.Deliveries.Select(d => ((DataReported)d.Content.Content!).ContentType));
    }

    [Fact]
    public void Severity_options_expiry_and_retry_travel_with_the_delivery()
    {
        var rules = new VirtualRules(new Rule("r", "home:t", "cloud:a")
        {
            Text = "x", Severity = Severity.Critical, Expiry = TimeSpan.FromMinutes(10), Options = [new Property("retain", "true")],
        });
        var content = rules.Publish("home:t", "x").Deliveries.Single().Content;
        Assert.Equal(Severity.Critical, content.Severity);
        Assert.Equal(rules.Now + TimeSpan.FromMinutes(10), content.Expires);
        Assert.Equal(rules.Now + TimeSpan.FromDays(1), content.RetryUntil);
        Assert.Equal([new Property("retain", "true")], content.Options);
    }

    [Fact]
    public void The_events_own_expiry_ends_a_delivery_sooner()
    {
        var rules = new VirtualRules(new Rule("r", "home:t", "cloud:a") { Text = "x", Expiry = TimeSpan.FromMinutes(10) });
        var soon = rules.Now + TimeSpan.FromMinutes(1);
        Assert.Equal(soon, rules.Arrive(VirtualRules.Data("home:t", [1]) with { Expires = soon }).Deliveries.Single().Content.Expires);
        Assert.Equal(Verdict.TooOld, rules.Arrive(VirtualRules.Data("home:t", [2]) with { Expires = rules.Now }).Verdict());
    }

    [Fact]
    public void History_fires_no_route() =>
        Assert.Empty(new VirtualRules(s_leak).Arrive(
            VirtualRules.Data("home:zigbee2mqtt/k/leak_sensor", """{"water_leak":true}"""u8.ToArray()) with { Historic = true }).Routes);

    [Fact]
    public void A_text_that_comes_out_empty_is_not_sent()
    {
        var decision = new VirtualRules(new Rule("notify", "home:t", "console:me") { Text = "{{ message.text }}" }).Publish("home:t", "");
        Assert.Equal(Verdict.Invalid, decision.Verdict());
        Assert.Empty(decision.Deliveries);
    }

    [Theory]
    [InlineData("kitchen", "cloud:alerts/kitchen")]
    [InlineData("a/b", null)]
    [InlineData("+", null)]
    [InlineData("#", null)]
    [InlineData("a\\u0000", null)]
    [InlineData("", null)]
    public void A_value_in_an_address_may_not_choose_another_address(string value, string? address)
    {
        var rules = new VirtualRules(new Rule("r", "home:t", "cloud:alerts/{{ payload.room }}") { Text = "x" });
        var decision = rules.Publish("home:t", $$"""{"room":"{{value}}"}""");
        Assert.Equal(address is null ? [] : [address], decision.Addresses());
        Assert.Equal(address is null ? Verdict.Invalid : Verdict.Sent, decision.Verdict());
        Assert.Equal(address is null, decision.Because().Contains("could not be built", StringComparison.Ordinal));
    }

    [Fact]
    public void One_bad_destination_does_not_keep_the_others_from_being_told()
    {
        var rules = new VirtualRules(new Rule("r", "home:t", "cloud:alerts/{{ payload.room }}", "console:me") { Text = "x" });
        var decision = rules.Publish("home:t", "{}");
        Assert.Equal(["console:me"], decision.Addresses());
        Assert.Contains("could not be built", decision.Because(), StringComparison.Ordinal);
        Assert.Equal(("1 of 2 destinations could not be built", 1), (decision.Routes.Single().Problem, decision.Routes.Single().Unbuilt));
    }

    [Fact]
    public void Explain_names_every_route_and_changes_nothing()
    {
        var rules = new VirtualRules(s_leak with { Cooldown = TimeSpan.FromHours(1) }, new("other", "cloud:#", "console:me") { Text = "x" });
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var explanation = rules.Explain("home:zigbee2mqtt/hall/leak_sensor", """{"water_leak":true,"battery":9}""");
            Assert.Equal([Verdict.Sent, null], explanation.Routes.Select(route => route.Verdict));
            Assert.Equal("console:me", Assert.Single(explanation.Routes[0].Tells).To.Full);
            Assert.Contains("cloud:#", explanation.Routes[1].Because, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Reordering_unrelated_routes_changes_nothing()
    {
        var random = new Random(7);
        Rule[] rules =
        [
            .. Enumerable.Range(0, 12).Select(i => new Rule($"r{i}", $"home:t/{i % 4}/#", $"console:c{i}") { Text = "{{ topic_str }} {{ payload }}", When = $"payload != '{i}'" }),
        ];
        for (var round = 0; round < 100; round++)
        {
            // Routes are related when they listen to the same topics: those keep their order.
            var shuffled = rules.Select((rule, index) => (rule, index)).GroupBy(item => item.index % 4).OrderBy(_ => random.Next()).SelectMany(group => group).Select(item => item.rule);
            var (one, other) = (new VirtualRules(rules), new VirtualRules([.. shuffled]));
            for (var tries = 0; tries < 10; tries++)
            {
                var (topic, payload) = ($"home:t/{random.Next(5)}/x", $"{random.Next(12)}");
                var (left, right) = (one.Publish(topic, payload), other.Publish(topic, payload));
                Assert.Equal(left.Routes, right.Routes);
                Assert.Equal(left.Addresses().Zip(left.Texts()), right.Addresses().Zip(right.Texts()));
            }
        }
    }
}
