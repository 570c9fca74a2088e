using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Bridge.Core.Expressions;
using Xunit;

namespace Bridge.Core.Tests.Expressions;

public sealed class ReferencePageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Root(), "docs", "EXPRESSIONS.md"));
    private static readonly TestScope s_scope = new(Blocks("json").Single());

    public static TheoryData<string, string> Expressions => Examples("bridge");

    public static TheoryData<string, string> Templates => Examples("bridge-template");

    [Theory, MemberData(nameof(Expressions))]
    public void Every_expression_of_the_page_gives_what_the_page_says(string source, string value) =>
        Assert.Equal(value, Run.Evaluate(source, s_scope));

    [Theory, MemberData(nameof(Templates))]
    public void Every_template_of_the_page_gives_what_the_page_says(string source, string text) =>
        Assert.Equal(text, Run.Render(source, s_scope));

    [Fact]
    public void Every_filter_has_an_example()
    {
        var known = Expression.Parse("payload | nonsense").Problems.Single().Cure!["known are ".Length..].Split(", ");
        Assert.Equal(26, known.Length);
        Assert.All(known, filter => Assert.Contains(Examples("bridge"), row => Regex.IsMatch(row.Data.Item1, $@"\| {filter}\b", RegexOptions.NonBacktracking)));
    }

    private static TheoryData<string, string> Examples(string language)
    {
        var examples = new TheoryData<string, string>();
        foreach (var line in Blocks(language).SelectMany(block => block.Split('\n')).Where(line => line.Contains("=>", StringComparison.Ordinal)))
        {
            var arrow = line.LastIndexOf(" => ", StringComparison.Ordinal);
            examples.Add(line[..arrow].TrimEnd(), line[(arrow + 4)..]);
        }

        return examples;
    }

    private static IEnumerable<string> Blocks(string language) =>
        Regex.Matches(s_page, $"```{language}\n(.*?)```", RegexOptions.Singleline | RegexOptions.NonBacktracking).Select(match => match.Groups[1].Value);

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
