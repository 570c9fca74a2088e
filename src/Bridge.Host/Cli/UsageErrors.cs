using System.CommandLine;
using System.CommandLine.Parsing;
using Bridge.Core.Configuration;

namespace Bridge.Host.Cli;

/// <summary>
/// What is wrong with a command line, in one line. Names commands and options, never the values that were typed: a text without quotes or an option
/// that is misspelt would otherwise put what was to be said into a terminal's log.
/// </summary>
internal static class UsageErrors
{
    public static CliException Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var unknown = parsed.UnmatchedTokens.Concat(Misspelt(parsed)).Select(token => Unknown(token, command)).Distinct();
        var others = parsed.Errors.Select(error => error.Message)
            .Where(message => !parsed.UnmatchedTokens.Any(token => message.Contains($"'{token}'", StringComparison.Ordinal)))
            .Where(_ => command.Subcommands.Count == 0 || parsed.UnmatchedTokens.Count == 0)
            .Select(message => WithoutValues(message, parsed));
        return new CliException(ExitCode.Usage, string.Join("; ", unknown.Concat(others)), $"see: {PathOf(parsed.CommandResult)} --help");
    }

    /// <summary>A misspelt option taken for a text or a file; null when there is none.</summary>
    public static CliException? OfText(ParseResult parsed) => Misspelt(parsed).FirstOrDefault() is { } option
        ? new CliException(ExitCode.Usage, Unknown(option, parsed.CommandResult.Command), $"put -- before {(TakesText(parsed.CommandResult.Command) ? "a text" : "an argument")} that begins so")
        : null;

    private static IEnumerable<string> Misspelt(ParseResult parsed) => parsed.Tokens
        .TakeWhile(token => token.Type != TokenType.DoubleDash)
        .Where(token => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal))
        .Select(token => token.Value);

    private static string Unknown(string token, Command command)
    {
        if (token.StartsWith('-'))
        {
            var name = token.Split(['=', ':', ' '], 2)[0];
            var near = Suggestion.For(name, command.Options.Concat(Common.All).Select(option => option.Name));
            return $"there is no option '{name}'{(near is null ? "" : ", " + near)}";
        }

        if (command.Subcommands.Count > 0)
        {
            var near = Suggestion.For(token, command.Subcommands.Select(sub => sub.Name));
            return $"there is no command '{token}'{(near is null ? "" : ", " + near)}";
        }

        return $"there is an argument that does not belong there{(TakesText(command) ? ": a text of several words needs quotes" : "")}";
    }

    private static bool TakesText(Command command) => command.Arguments.Any(argument => argument.Name == Content.TextName);

    private static string WithoutValues(string message, ParseResult parsed) => parsed.Tokens
        .Where(token => token.Type == TokenType.Argument && token.Value.Length > 0)
        .Aggregate(message, (text, token) => text.Replace($"'{token.Value}'", "'...'", StringComparison.Ordinal))
        .ReplaceLineEndings(" ").Replace("\t", "", StringComparison.Ordinal).TrimEnd('.', ' ');

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : command.Command.Name;
}
