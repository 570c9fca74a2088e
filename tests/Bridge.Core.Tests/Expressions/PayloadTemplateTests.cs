using System.Text;
using System.Text.Json.Nodes;
using Bridge.Core.Expressions;
using Xunit;

namespace Bridge.Core.Tests.Expressions;

public sealed class PayloadTemplateTests
{
    private static readonly TestScope s_scope = new("""{ "battery": 88, "on": true, "obj": {"a": [1,  2]}, "text": "it's \"so\" ä", "id": 12345678901234567890 }""");

    [Theory]
    [InlineData("""{"command": "arm_{{ topic[1] }}", "n": 5, "deep": [true, null, "x"]}""", """{"command":"arm_kitchen","n":5,"deep":[true,null,"x"]}""")]
    [InlineData("""{"battery": "{{ payload.battery }}", "s": "{{ payload.battery }}%"}""", """{"battery":88,"s":"88%"}""")]
    [InlineData("""{"on": "{{ payload.on }}", "obj": "{{ payload.obj }}", "gone": "{{ payload.gone }}"}""", """{"on":true,"obj":{"a": [1,  2]},"gone":null}""")]
    [InlineData("""{"id": "{{ payload.id }}", "age": "{{ 90s }}"}""", """{"id":12345678901234567890,"age":90}""")]
    [InlineData("""["{{ payload.text }}"]""", """["it's \"so\" ä"]""")]
    [InlineData("\"{{ payload.battery }}\"", "88")]
    [InlineData("\"{{ payload.text }}\"", "it's \"so\" ä")]
    [InlineData("\"ON\"", "ON")]
    [InlineData("5", "5")]
    [InlineData("null", "null")]
    [InlineData("{}", "{}")]
    public void A_payload_renders_as_JSON_and_a_lone_string_as_it_stands(string yaml, string expected)
    {
        var parsed = PayloadTemplate.Parse(JsonNode.Parse(yaml), out var problems);
        Assert.Empty(problems);
        Assert.Equal(expected, Encoding.UTF8.GetString(parsed.Value!.Render(s_scope)));
    }

    [Fact]
    public void Problems_come_with_the_path_of_their_leaf()
    {
        var parsed = PayloadTemplate.Parse(JsonNode.Parse("""{"a": {"b": ["{{ payload.x }}", "{{ payloda }}"]}, "c": "{{"}"""), out var problems);
        Assert.Null(parsed.Value);
        Assert.Equal([("$.a.b[1]", 4), ("$.c", 1)], problems.Select(p => (p.Path, p.Problem.Column)));
    }

    [Fact]
    public void Leaves_that_do_not_fit_are_null()
    {
        var scope = new TestScope("\"" + new string('x', 60_000) + "\"");
        var template = PayloadTemplate.Parse(JsonNode.Parse("""["{{ payload }}", "{{ payload }}"]"""), out _).Value!;
        var trace = new Trace();
        Assert.EndsWith("\",null]", Encoding.UTF8.GetString(template.Render(scope, trace)), StringComparison.Ordinal);
        Assert.Single(trace.Notes);
        Assert.Equal(Roots.Payload, template.Uses);
    }

    [Theory]
    [InlineData("home:alerts/{{ topic[1] }}", "a/b/c", "home:alerts/b", "")]
    [InlineData("home:alerts/{{ topic_tail(1) }}", "a/b/c", "home:alerts/b/c", "")]
    [InlineData("home:alerts/{{ topic_str }}", "a/b/c", "home:alerts/a/b/c", "")]
    [InlineData("home:alerts/{{ topic_str }}/x", "a/b/c", "", "{{ topic_str }} holds '/', which an address may not take from a message")]
    [InlineData("home:alerts/{{ topic_tail(1) | upper }}", "a/b/c", "", "{{ topic_tail(1) | upper }} holds '/', which an address may not take from a message")]
    [InlineData("home:alerts/{{ topic_tail(1) }}", "a/b/+", "", "{{ topic_tail(1) }} holds '+', which an address may not take from a message")]
    [InlineData("home:alerts/{{ topic[1] }}", "a/#/c", "", "{{ topic[1] }} holds '#', which an address may not take from a message")]
    [InlineData("home:alerts/{{ topic[9] }}", "a/b/c", "", "{{ topic[9] }} is empty")]
    [InlineData("home:alerts", "a/b/c", "home:alerts", "")]
    public void An_address_takes_only_harmless_values(string source, string topic, string address, string reason)
    {
        var ok = Template.Parse(source).Value!.TryRenderAddress(new TestScope("{}", topic), null, out var rendered, out var why);
        Assert.Equal((address.Length > 0, address, reason), (ok, rendered, why));
    }
}
