using System.Text.RegularExpressions;

namespace Bridge.Host.Tests.Proofs.Walk;

/// <summary>
/// One <c>console</c> block of a page: <c>$ command</c>, further lines of it after <c>&gt; </c>, then what it prints. Comments before it:
/// <c>&lt;!-- console: not run: reason --&gt;</c>, and <c>&lt;!-- console: first: command --&gt;</c> for what the reader has that the page does not show.
/// </summary>
/// <param name="NotRun">The reason; null when it is run.</param>
internal sealed partial record ConsoleBlock(string Place, string? NotRun, IReadOnlyList<string> First, IReadOnlyList<Shown> Commands)
{
    public static IReadOnlyList<ConsoleBlock> Of(MarkdownPage page) =>
    [
        .. page.ConsoleBlocks.Select(block => new ConsoleBlock(
            block.Place,
            NotRunMark().Match(block.Before) is { Success: true } mark ? mark.Groups["reason"].Value : null,
            [.. FirstMark().Matches(block.Before).Select(first => first.Groups["command"].Value)],
            CommandsIn(block.Text))),
    ];

    private static List<Shown> CommandsIn(string text)
    {
        var commands = new List<Shown>();
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                commands.Add(new Shown(line[2..], []));
            }
            else if (commands is [.., { Output.Count: 0 } last] && (line == ">" || line.StartsWith("> ", StringComparison.Ordinal)))
            {
                commands[^1] = last with { Command = $"{last.Command}\n{line[Math.Min(2, line.Length)..]}" };
            }
            else if (commands.Count > 0)
            {
                commands[^1] = commands[^1] with { Output = [.. commands[^1].Output, line] };
            }
        }

        return commands;
    }

    [GeneratedRegex(@"<!-- console: not run: (?<reason>.+?) -->")]
    private static partial Regex NotRunMark();

    [GeneratedRegex(@"<!-- console: first: (?<command>.+?) -->")]
    private static partial Regex FirstMark();
}

/// <summary>A command and what the page shows of its output.</summary>
internal sealed partial record Shown(string Command, IReadOnlyList<string> Output)
{
    public bool IsDaemon => Daemon().IsMatch(Command);

    /// <summary>Runs until somebody ends it: the reader goes on in a second terminal.</summary>
    public bool StaysInForeground => IsDaemon || Listener().IsMatch(Command);

    [GeneratedRegex(@"^(\./)?bridge ([^|]* )?run\b(?!.*--help)")]
    private static partial Regex Daemon();

    [GeneratedRegex(@"^mosquitto_sub (?!.*-C )|^(\./)?bridge top\b(?!.*(\||--count))")]
    private static partial Regex Listener();
}
