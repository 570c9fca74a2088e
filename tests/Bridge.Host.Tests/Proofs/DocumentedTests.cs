using System.Text.RegularExpressions;
using Bridge.Host.Cli;
using Bridge.Host.Configuration;
using Bridge.Host.Tests.Configuration;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>What the pages show is what Bridge takes.</summary>
public sealed partial class DocumentedTests
{
    [Fact]
    public void Every_YAML_block_is_valid_or_marked_as_what_it_is()
    {
        var wrong = MarkdownPage.All.SelectMany(page => page.YamlBlocks).Select(block => Problem(block.Place, block.Kind, block.Yaml)).OfType<string>();
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_command_line_has_a_known_command_and_known_options()
    {
        var commands = MarkdownPage.All.SelectMany(page => page.Commands).ToList();
        Assert.Contains(commands, command => command.Line.StartsWith("./bridge run", StringComparison.Ordinal));
        Assert.Empty(commands.Select(command => Problem(command.Place, command.Line, command.InText)).OfType<string>());
    }

    [Theory]
    [InlineData("whole", "version: 1\nendpoints:\n  console: { plugin: console }\n", true)]
    [InlineData("whole", "routes:\n  - { id: a, from: home:a, to: [cloud:a] }\n", false)]
    [InlineData("fragment", "routes:\n  - { id: a, from: home:a, to: [cloud:a] }\n", true)]
    [InlineData("fragment", "routes:\n  - { id: a, form: home:a, to: [cloud:a] }\n", false)]
    [InlineData("wrong", "version: 1\nrouts: []\n", true)]
    [InlineData("wrong", "version: 1\nendpoints:\n  console: { plugin: console }\n", false)]
    [InlineData("other", "services: { bridge: { image: bridge } }\n", true)]
    public void A_block_is_read_as_it_is_marked(string kind, string yaml, bool good)
    {
        var mark = kind == "whole" ? "" : $"<!-- yaml: {kind} -->\n\n";
        var block = Assert.Single(new MarkdownPage("page.md", $"Text.\n\n{mark}```yaml\n{yaml}```\n").YamlBlocks);
        Assert.Equal(kind, block.Kind);
        Assert.Equal(good, Problem(block.Place, block.Kind, block.Yaml) is null);
    }

    [Theory]
    [InlineData("```console\n$ ./bridge emit home:a --payload '{\"a\": 1}'\nbridge nonsense in the output\n```\n", 1, 0)]
    [InlineData("```sh\ncd x && ./bridge explain --from home:a \\\n  --payload \"$(sed \"s/1/$(date +%s)/\" f.json)\" | less\n```\n", 1, 0)]
    [InlineData("    bridge validte\n", 1, 1)]
    [InlineData("Say `bridge trace <id>` or `bridge deliveries`, and see `bridge.yaml`.\n", 2, 0)]
    [InlineData("Say `./bridge emit home:a --paylod x`.\n", 1, 1)]
    public void A_command_line_is_found_and_checked(string page, int found, int wrong)
    {
        var commands = new MarkdownPage("page.md", page).Commands.ToList();
        Assert.Equal(found, commands.Count);
        Assert.Equal(wrong, commands.Count(command => Problem(command.Place, command.Line, command.InText) is not null));
    }

    private static string? Problem(string place, string kind, string yaml)
    {
        if (kind == "other")
        {
            return null;
        }

        var errors = ConfigReader.ReadText("/etc/bridge/bridge.yaml", MarkdownPage.Whole(kind, yaml), BundledPlugins.Sources with { WithSecrets = false }).Diagnostics;
        return (errors.Count == 0) == (kind != "wrong") ? null : $"{place} ({kind}): {string.Join("; ", errors.DefaultIfEmpty<object>("nothing is wrong with it"))}";
    }

    private static string? Problem(string place, string line, bool inText)
    {
        var parsed = CommandLine.Parse([.. Words(line).Skip(1)]);
        var incomplete = inText && parsed.UnmatchedTokens.Count == 0; // `bridge deliveries` names a group of commands
        return (parsed.Errors.Count == 0 || incomplete) && UsageErrors.OfText(parsed) is null ? null : $"{place}: {line}: {UsageErrors.Of(parsed).Message}";
    }

    /// <summary>As a shell would split it, up to a pipe; what it would fill in is a word.</summary>
    private static IEnumerable<string> Words(string line) => Word().Matches(FilledIn().Replace(line, "x").Split([" |", " &&", " #", " >"], 2, StringSplitOptions.None)[0])
        .Select(word => word.Value.Replace("'", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal));

    [GeneratedRegex(@"\$\((?:[^()]|\([^()]*\))*\)|<[\w-]+>")]
    private static partial Regex FilledIn();

    [GeneratedRegex(@"(?:'[^']*'|""[^""]*""|[^\s'""])+")]
    private static partial Regex Word();
}
