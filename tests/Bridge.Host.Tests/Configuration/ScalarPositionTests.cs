using Bridge.Host.Configuration;
using Xunit;

namespace Bridge.Host.Tests.Configuration;

/// <summary>A problem inside an expression or template is shown at its very character, however YAML spells the text.</summary>
public sealed class ScalarPositionTests
{
    // Where the marker stands, the syntax goes wrong; the marker itself is removed.
    [Theory]
    [InlineData("text: x {{ 1 + ▲}}")]
    [InlineData("text: 'it''s {{ 1 + ▲}}'")]
    [InlineData("text: \"\\u00e4\\n\\U0001F600 \\\"x\\\" {{ 1 + ▲}}\"")]
    [InlineData("text: |\n      first\n        second {{ 1 + ▲}}\n      third")]
    [InlineData("text: >-\n      first\n      second\n\n      third {{ 1 + ▲}}")]
    [InlineData("text: first\n      second {{ 1 + ▲}}")]
    [InlineData("text: \"first \\\n      second {{ 1 + ▲}}\"")]
    [InlineData("text: äöü😀 {{ 1 + ▲}}")]
    public void The_column_is_that_of_the_character(string keys)
    {
        var marked = Configs.WithRoute("from: home:a\n" + keys.Replace("\n      ", "\n  ", StringComparison.Ordinal) + "\nto: [\"me:!r\"]");
        var before = marked[..marked.IndexOf('▲', StringComparison.Ordinal)];
        var (line, column) = (before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n'));

        var problem = Assert.Single(Configs.Read(marked.Replace("▲", "", StringComparison.Ordinal)).Diagnostics);

        Assert.Equal(DiagnosticKinds.BadTemplate, problem.Kind);
        Assert.Equal((line, column), (problem.Position.Line, problem.Position.Column));
    }
}
