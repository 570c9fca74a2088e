using Spectre.Console;

namespace Bridge.Host.Terminal;

/// <summary>The standard output as Spectre.Console sees it: plain where nobody looks, and never with invented line ends in a pipe.</summary>
internal static class Screen
{
    private const int Endless = 100_000;

    /// <param name="wrapped">False: long lines are left to the terminal.</param>
    public static IAnsiConsole OfOutput(bool wrapped = true)
    {
        var piped = Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = piped ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = piped ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        console.Profile.Width = piped || !wrapped ? Endless : console.Profile.Width;
        return console;
    }
}
