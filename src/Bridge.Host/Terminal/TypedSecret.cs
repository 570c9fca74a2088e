using System.Text;
using Bridge.Host.Cli;

namespace Bridge.Host.Terminal;

/// <summary>Asks a person for a secret without showing it; takes the first line of standard input when that is no terminal.</summary>
internal static class TypedSecret
{
    public static string Ask(string prompt)
    {
        if (Console.IsInputRedirected)
        {
            return NotEmpty(Console.In.ReadLine());
        }

        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return NotEmpty(typed.ToString());
    }

    /// <summary>Twice, because a slip would lock its author out.</summary>
    public static string AskTwice(string prompt)
    {
        var secret = Ask(prompt);
        return Console.IsInputRedirected || Ask("Once more: ") == secret ? secret : throw new CliException(ExitCode.Failed, "the two differ", "try again");
    }

    private static string NotEmpty(string? text) =>
        string.IsNullOrEmpty(text) ? throw new CliException(ExitCode.Usage, "nothing was typed", "type it, or give it on standard input") : text;
}
