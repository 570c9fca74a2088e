using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;

namespace Bridge.Host.Cli.Completion;

/// <summary><c>bridge complete --line LINE</c>: what may stand at the end of a line, one per line, with a tab before what it means. Called by the scripts.</summary>
internal static class CompleteCommand
{
    public static Command Build(Func<Command> root)
    {
        var line = new Option<string>("--line") { Description = "The line up to the cursor.", Required = true };
        var command = new Command("complete", "Called by the completion scripts.") { line };
        command.Hidden = true;
        return command.Does((parsed, _, _) =>
        {
            foreach (var (word, meaning) in Of(root(), parsed.GetRequiredValue(line)))
            {
                Console.Out.WriteLine(meaning.Length == 0 ? word : $"{word}\t{meaning}");
            }

            return Task.FromResult(ExitCode.Ok);
        });
    }

    public static IReadOnlyList<(string Word, string Meaning)> Of(Command root, string line)
    {
        var start = line.LastIndexOfAny([' ', '\t']) + 1;
        var word = line[start..];
        var parsed = root.Parse(line[..start], new ParserConfiguration { ResponseFileTokenReplacer = null });
        var command = parsed.CommandResult.Command;
        var options = parsed.CommandResult.Command.Options.Concat(root.Options.Where(option => option.Recursive)).Where(option => !option.Hidden).ToList();
        var candidates = ValueAwaited(parsed, options) is { } option ? Candidates.Of(option, parsed, word)
            : word.StartsWith('-') ? options.Select(one => new CompletionItem(one.Name, detail: one.Description))
            : command.Subcommands.Where(sub => !sub.Hidden).Select(sub => new CompletionItem(sub.Name, detail: sub.Description))
                .Concat(command.Arguments.SelectMany(argument => Candidates.Of(argument, parsed, word)));
        return
        [
            .. candidates.Where(item => item.Label.StartsWith(word, StringComparison.Ordinal))
                .DistinctBy(item => item.Label, StringComparer.Ordinal)
                .OrderBy(item => item.SortText, StringComparer.Ordinal)
                .Select(item => (item.Label, FirstSentence(item.Detail ?? ""))),
        ];
    }

    /// <summary>The option that the line ends with, when it cannot be without a value.</summary>
    private static Option? ValueAwaited(ParseResult parsed, IEnumerable<Option> options) =>
        parsed.Tokens is [.., { Type: TokenType.Option, Value: var last }]
            ? options.FirstOrDefault(option => option.Arity.MinimumNumberOfValues > 0 && (option.Name == last || option.Aliases.Contains(last)))
            : null;

    private static string FirstSentence(string text) => text.Split(". ")[0].TrimEnd('.');
}
