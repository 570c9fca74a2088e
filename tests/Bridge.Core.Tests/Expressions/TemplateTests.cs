using Bridge.Core.Expressions;
using Xunit;

namespace Bridge.Core.Tests.Expressions;

public sealed class TemplateTests
{
    private static readonly TestScope s_scope = new("""{ "battery": 88, "precise": 21.50, "camera": "front_door", "list": [1, "a"], "nothing": null }""");

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("Water leak in {{ topic[1] }}! Battery {{ payload.battery | default('?') }} %", "Water leak in kitchen! Battery 88 %")]
    [InlineData("{{payload.precise}}", "21.50")]
    [InlineData("{{ payload.gone | default('?') }}", "?")]
    [InlineData("[{{ payload.gone }}]", "[]")]
    [InlineData("{{ payload.camera | replace('_', ' ') }}", "front door")]
    [InlineData("{{ payload.list }}", "[1, \"a\"]")]
    [InlineData("{{ \"}}\" }}", "}}")]
    [InlineData("{{ {\"a\": {\"b\": 1}} }}", "{\"a\":{\"b\":1}}")]
    [InlineData("{{ {\"a\": {\"b\": 1}}.a.b }}", "1")]
    [InlineData("{{ \"{{\" }}x}}", "{{x}}")]
    [InlineData("{{ 1 == 1 ? \"x\" : \"y\" }}", "x")]
    [InlineData("{{ items | map('key') | join(', ') }}", "a, b, c")]
    public void Templates_render(string source, string text) => Assert.Equal(text, Run.Render(source, s_scope));

    [Theory]
    [InlineData("home:alerts/{{ topic[1] }}", "home:alerts/", false)]
    [InlineData("home:alerts", "home:alerts", true)]
    [InlineData("{{ route }}", "", false)]
    [InlineData("", "", true)]
    public void The_literal_prefix_ends_at_the_first_brace(string source, string prefix, bool isLiteral)
    {
        var template = Template.Parse(source).Value!;
        Assert.Equal((prefix, isLiteral), (template.LiteralPrefix, template.IsLiteral));
    }
}
