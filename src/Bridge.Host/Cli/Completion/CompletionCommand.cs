using System.CommandLine;

namespace Bridge.Host.Cli.Completion;

/// <summary><c>bridge completion SHELL</c>: the script for a shell.</summary>
internal static class CompletionCommand
{
    public static Command Build()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. CompletionScripts.All.Keys]);
        var command = new Command("completion", "Print what a shell reads to complete commands, options, addresses and deliveries; its first lines say where to put it.") { shell };
        return command.Does((parsed, _, _) =>
        {
            Console.Out.Write(CompletionScripts.All[parsed.GetRequiredValue(shell)]);
            return Task.FromResult(ExitCode.Ok);
        });
    }
}
