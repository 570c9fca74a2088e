using System.CommandLine;

namespace Bridge.Host.Cli;

/// <summary>The arguments and options that take a path: known by what the help calls their values.</summary>
internal static class PathValues
{
    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase) { "path", "file", "files", "folder", "config", "backup" };

    public static string NameOf(Symbol symbol) => (symbol as Option)?.HelpName ?? symbol.Name;

    public static bool Takes(Symbol symbol) => s_names.Contains(NameOf(symbol));

    /// <summary>A path that is given as an empty text; null when there is none.</summary>
    public static CliException? Empty(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var empty = command.Arguments.Where(argument => IsEmpty(parsed.GetResult(argument))).Cast<Symbol>()
            .Concat(command.Options.Concat(Common.All).Where(option => IsEmpty(parsed.GetResult(option))));
        return empty.FirstOrDefault(Takes) is { } path
            ? new CliException(ExitCode.Usage, $"{path.Name} is empty", "give a path; in a script, look whether the variable is set that holds it")
            : null;
    }

    private static bool IsEmpty(System.CommandLine.Parsing.SymbolResult? given) => given?.Tokens.Any(token => token.Value.Length == 0) ?? false;
}
