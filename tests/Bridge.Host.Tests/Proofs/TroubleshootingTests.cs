using System.Text.RegularExpressions;
using Bridge.Host.Tests.Architecture;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>docs/TROUBLESHOOTING.md: every message on it is one that Bridge says, and every warning that Bridge logs is on it.</summary>
public sealed partial class TroubleshootingTests
{
    private const string Anything = "...";

    // Said with a text that stands elsewhere: a notice of the keys, a diagnostic.
    private const int ShortestWording = 8;

    private static readonly string[] s_sources = [.. new[] { "src", "plugins" }.SelectMany(Repository.SourceFiles).Select(File.ReadAllText)];

    private static IReadOnlyList<string> Messages =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "docs/TROUBLESHOOTING.md")).Select(line => Row().Match(line)).Where(row => row.Success).Select(row => row.Groups["message"].Value),
    ];

    [Fact]
    public void Every_message_on_the_page_is_one_that_Bridge_says()
    {
        Assert.True(Messages.Count > 40);
        var unknown = Messages.Where(message => !message.Split(Anything, StringSplitOptions.RemoveEmptyEntries)
            .Select(piece => piece.Trim(' ', ';', ':', ',', '(', ')'))
            .Where(piece => piece.Length > 1)
            .All(piece => s_sources.Any(source => source.Contains(piece, StringComparison.Ordinal))));
        Assert.Empty(unknown);
    }

    [Fact]
    public void Every_warning_and_error_that_is_logged_is_on_the_page()
    {
        var logged = s_sources.SelectMany(source => Logged().Matches(source)).Select(message => Placeholder().Replace(message.Groups["text"].Value, "x"));
        var missing = logged.Where(text => text.Replace("x", "", StringComparison.Ordinal).Length > ShortestWording)
            .Where(text => !Messages.Any(message => Regex.IsMatch(text, "^" + string.Join(".*", message.Split(Anything).Select(Regex.Escape)), RegexOptions.NonBacktracking)));
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"^\| `(?<message>[^`]+)` \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"LoggerMessage\(\d+, LogLevel\.(?:Warning|Error|Critical), ""(?<text>[^""]+)""")]
    private static partial Regex Logged();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Placeholder();
}
