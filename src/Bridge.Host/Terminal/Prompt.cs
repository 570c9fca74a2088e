using System.Text;

namespace Bridge.Host.Terminal;

/// <summary>Asks at the terminal for what nobody else is to see.</summary>
internal static class Prompt
{
    private const char Backspace = '\b';
    private const char Delete = '\x7f';

    /// <summary>What was typed, unseen; null when it was given up. From standard input where that is no terminal: its first line.</summary>
    public static string? Hidden(string question)
    {
        if (Console.IsInputRedirected)
        {
            return Console.In.ReadLine();
        }

        // Where the result goes to a file, the question must not.
        Console.Error.Write(question);
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                Console.Error.WriteLine();
                return typed.ToString();
            }

            if (key is { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } or { Key: ConsoleKey.Escape })
            {
                Console.Error.WriteLine();
                return null;
            }

            if (key.KeyChar is Backspace or Delete)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (key.KeyChar != '\0')
            {
                typed.Append(key.KeyChar);
            }
        }
    }
}
