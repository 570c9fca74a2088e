using Bridge.Core.Expressions;
using Xunit;

namespace Bridge.Core.Tests.Expressions;

public sealed class TraceTests
{
    private static readonly TestScope s_scope = new("""{ "water_leak": false, "battery": "14", "deep": { "a": 1 }, "list": [1] }""");

    [Theory]
    [InlineData("payload.water_leak == true", "`payload.water_leak == true` is false: payload.water_leak = false")]
    [InlineData("topic[1] == \"kitchen\" and payload.water_leak == true and payload.gone > 1", "`payload.water_leak == true` is false: payload.water_leak = false")]
    [InlineData("topic[1] == \"kitchen\" and (payload.deep.a > 5 or payload.water_leak)", "`payload.deep.a > 5 or payload.water_leak` is false: payload.deep.a = 1, payload.water_leak = false")]
    [InlineData("(payload.water_leak or false) and true", "`payload.water_leak or false` is false: payload.water_leak = false")]
    [InlineData("payload.water_leak", "`payload.water_leak` is false")]
    [InlineData("payload.battery", "`payload.battery` is \"14\", not true or false")]
    [InlineData("payload.gone", "`payload.gone` is null, not true or false")]
    [InlineData("not (topic[1] == \"kitchen\")", "`not (topic[1] == \"kitchen\")` is false: topic[1] = \"kitchen\"")]
    [InlineData("true ? payload.deep.a == 2 : true", "`payload.deep.a == 2` is false: payload.deep.a = 1")]
    [InlineData("\"person\" in payload.list", "`\"person\" in payload.list` is false: payload.list = [1]")]
    [InlineData("(payload.battery | number) * 2 < 15", "`(payload.battery | number) * 2 < 15` is false: payload.battery = \"14\"")]
    [InlineData("severity >= critical", "`severity >= critical` is false: severity = warning")]
    [InlineData("1 == 2", "`1 == 2` is false")]
    public void What_made_a_condition_false_is_named_with_its_values(string source, string falsified)
    {
        var trace = new Trace();
        Assert.False(Run.Parse(source).IsTrue(s_scope, trace));
        Assert.Equal(falsified, trace.Falsified);
    }

    [Fact]
    public void A_true_condition_falsifies_nothing()
    {
        var trace = new Trace();
        Assert.True(Run.Parse("payload.water_leak == false").IsTrue(s_scope, trace));
        Assert.Null(trace.Falsified);
        Assert.Empty(trace.Notes);
    }

    [Theory]
    [InlineData("payload.x", "missing: payload.x")]
    [InlineData("payload.deep.b.c[1].d", "missing: payload.deep.b")]
    [InlineData("topic[7]", "missing: topic[7]")]
    [InlineData("payload.battery.x", "missing: payload.battery.x")]
    [InlineData("meta.qos", "missing: meta.qos")]
    [InlineData("payload.battery < 15", "different types: payload.battery < 15 compares a string with a number (`| number` makes a number of a string)")]
    [InlineData("severity == topic_str", "different types: severity == topic_str compares a severity with a string (severities are written without quotes)")]
    [InlineData("payload.deep.a and true", "a number where true or false is needed: payload.deep.a")]
    [InlineData("1 / 0", "division by zero: 1 / 0")]
    [InlineData("true + 1", "cannot compute with a bool and a number: true + 1")]
    [InlineData("alert(\"x\")", "not yet: alert(\"x\")")]
    [InlineData("\"x\" | number", "not a number: \"x\" | number")]
    public void What_could_not_be_computed_is_noted(string source, string note)
    {
        var trace = new Trace();
        Run.Parse(source).Evaluate(s_scope, trace);
        Assert.Equal([note], trace.Notes);
    }

    [Fact]
    public void A_natural_question_about_a_missing_value_is_not_a_type_error()
    {
        var trace = new Trace();
        Run.Parse("payload.x == null or payload.x == \"a\"").Evaluate(s_scope, trace);
        Assert.Equal(["missing: payload.x"], trace.Notes);
    }

    [Theory]
    [InlineData("payload.x > 5")]
    [InlineData("5 < payload.x")]
    [InlineData("(payload.x | number) > 5")]
    public void What_is_missing_is_not_also_called_a_wrong_type(string source)
    {
        var trace = new Trace();
        Run.Parse(source).Evaluate(s_scope, trace);
        Assert.Equal(["missing: payload.x"], trace.Notes);
    }

    [Fact]
    public void A_payload_that_is_not_JSON_is_named_once()
    {
        var trace = new Trace();
        Run.Parse("payload.x > 5 or payload.y.z == 1 or payload[\"w\"] < 3").Evaluate(new TestScope("{ \"x\": 7,, }"), trace);
        Assert.Equal(["payload is not JSON (a string of 12 characters)"], trace.Notes);
    }

    [Fact]
    public void A_template_notes_what_it_could_not_show()
    {
        var trace = new Trace();
        Assert.Equal("a ", Run.Render("a {{ payload.x }}", s_scope, trace));
        Assert.Equal(["missing: payload.x", "nothing to show: payload.x"], trace.Notes);
    }

    [Fact]
    public void Only_the_roots_that_an_expression_names_are_used_and_asked_for()
    {
        var scope = new TestScope();
        var expression = Run.Parse("topic[1] == \"hall\" and payload.x == 1 and severity > info");
        Assert.Equal(Roots.Topic | Roots.Payload | Roots.Severity, expression.Uses);
        expression.IsTrue(scope);
        Assert.Equal(["topic"], scope.Asked);
        Assert.Equal(Roots.Topic | Roots.AlertOf, Run.Parse("alert(topic_tail(1))").Uses);
        Assert.Equal(Roots.None, Template.Parse("plain {{ 1 }}").Value!.Uses);
        Assert.Equal(Roots.Now | Roots.Items, Template.Parse("{{ now }} {{ items }}").Value!.Uses);
    }

    [Fact]
    public void A_value_prints_as_its_kind_only()
    {
        Assert.Equal("(string)", Value.Of("secret").ToString());
        Assert.Equal("(map)", s_scope.Root("payload").ToString());
    }
}
