using System.Text.RegularExpressions;
using Bridge.Host.Tests.Architecture;

namespace Bridge.Host.Tests.Proofs;

/// <summary>
/// The code on a page. A YAML block is a whole Bridge configuration that must validate, unless an HTML comment on the line before it says otherwise:
/// <c>&lt;!-- yaml: fragment --&gt;</c> a part of one, from which <c>version</c> or <c>endpoints</c> may be missing (<c>home</c> and <c>cloud</c> are then mqtt,
/// <c>console</c> the console); <c>&lt;!-- yaml: wrong --&gt;</c> one that <c>validate</c> must refuse; <c>&lt;!-- yaml: other --&gt;</c> not of Bridge.
/// </summary>
internal sealed partial class MarkdownPage(string name, string text)
{
    private const string Version = "version: 1\n";
    private const string Endpoints = """

        endpoints:
          home: { plugin: mqtt, embedded: { listen: 127.0.0.1:1883 } }
          cloud: { plugin: mqtt, url: "mqtt://broker.example.org:1883" }
          console: { plugin: console }

        """;

    public static IEnumerable<MarkdownPage> All =>
        from file in Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Repository.Root, file)
        where !name.Split('/').Any(part => part is "artifacts" or "node_modules" or ".git")
        select new MarkdownPage(name, File.ReadAllText(file));

    public IEnumerable<(string Place, string Kind, string Yaml)> YamlBlocks => Blocks
        .Where(block => block.Language is "yaml" or "yml")
        .Select(block => (block.Place, Kind: Marked().Match(block.Before) is { Success: true } mark ? mark.Groups["kind"].Value : "whole", block.Text));

    /// <summary>Shell lines that call <c>bridge</c>, in blocks (after <c>$ </c> where there is output too), and in running text.</summary>
    public IEnumerable<(string Place, string Line, bool InText)> Commands =>
        Shell.SelectMany(shell => shell.Text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
                .Where(line => shell.Language != "console" || line.StartsWith("$ ", StringComparison.Ordinal))
                .SelectMany(line => Called().Matches(line.TrimStart('$', ' ')).Select(call => (shell.Place, call.Groups["call"].Value.Trim(), false))))
            .Concat(Inline().Matches(text).Select(call => (name, call.Groups["call"].Value, true)));

    public string Name => name;

    /// <summary>What the page shows of a terminal, with the comments before it.</summary>
    public IEnumerable<(string Place, string Before, string Text)> ConsoleBlocks =>
        Blocks.Where(block => block.Language == "console").Select(block => (block.Place, block.Before, block.Text));

    /// <summary>A block as a whole configuration.</summary>
    public static string Whole(string kind, string yaml) => kind != "fragment" ? yaml
        : (yaml.Contains("version:", StringComparison.Ordinal) ? "" : Version) + yaml + (TopEndpoints().IsMatch(yaml) ? "" : Endpoints);

    private IEnumerable<(string Place, string Language, string Before, string Text)> Blocks => Fence().Matches(text).Select(fence =>
        ($"{name}:{text.AsSpan(0, fence.Index).Count('\n') + 1}", fence.Groups["language"].Value, fence.Groups["before"].Value, fence.Groups["text"].Value));

    private IEnumerable<(string Place, string Language, string Text)> Shell => Blocks
        .Where(block => block.Language is "console" or "sh" or "bash" or "")
        .Select(block => (block.Place, block.Language, block.Text))
        .Append((name, "sh", string.Join('\n', text.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)))));

    [GeneratedRegex(@"(?:^(?<before>(?:<!--[^\n]*-->\n)+)\n*)?^```(?<language>[\w-]*)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^endpoints:", RegexOptions.Multiline)]
    private static partial Regex TopEndpoints();

    [GeneratedRegex(@"<!-- yaml: (?<kind>fragment|wrong|other) -->")]
    private static partial Regex Marked();

    [GeneratedRegex(@"(?:^\s*|&& |\| )(?<call>(?:\./)?bridge .*)")]
    private static partial Regex Called();

    [GeneratedRegex(@"(?<!`)`(?<call>(?:\./)?bridge [^`\n]+)`(?!`)")]
    private static partial Regex Inline();
}
