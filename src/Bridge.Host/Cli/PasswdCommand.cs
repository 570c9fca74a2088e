using System.CommandLine;
using System.Text;
using Bridge.Abstractions;
using Bridge.Host.Terminal;

namespace Bridge.Host.Cli;

/// <summary><c>bridge passwd</c>: the hash of a password, for the configuration.</summary>
internal static class PasswdCommand
{
    private static readonly Argument<string?> s_user = new("USER") { Description = "Whose password it is, for the line to paste.", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<int> s_iterations = new("--iterations")
    {
        Description = "How slow the hash is. Fewer are for long random passwords only.",
        HelpName = "number",
        DefaultValueFactory = _ => PasswordHash.DefaultIterations,
    };

    public static Command Build()
    {
        var command = new Command(
            "passwd", "Ask for a password (twice, unseen; or read one line of standard input) and print its hash, for 'password_hash' of a user. Needs no daemon.")
        {
            s_user,
            s_iterations,
        };
        return command.Does((parsed, output, _) =>
        {
            var iterations = parsed.GetValue(s_iterations);
            if (iterations is < PasswordHash.FewestIterations or > PasswordHash.MostIterations)
            {
                throw new CliException(
                    ExitCode.Usage, "--iterations is out of range", $"give a number from {PasswordHash.FewestIterations} to {PasswordHash.MostIterations}");
            }

            var hash = PasswordHash.Of(Encoding.UTF8.GetBytes(Ask()), iterations).Reveal();
            output.Result(new PasswdReport(hash, LineOf(parsed.GetValue(s_user) ?? "USER", hash)), Print);
            return Task.FromResult(ExitCode.Ok);
        });
    }

    private static string Ask()
    {
        var password = Prompt.Hidden("Password: ");
        if (string.IsNullOrEmpty(password))
        {
            throw new CliException(ExitCode.Failed, "there is no password", "type one, or give it as one line of standard input");
        }

        if (!Console.IsInputRedirected && Prompt.Hidden("Again: ") != password)
        {
            throw new CliException(ExitCode.Failed, "the two are not the same", "try again");
        }

        return password;
    }

    /// <summary>Under <c>embedded.users</c>. Any name is good there, in quotes.</summary>
    private static string LineOf(string user, string hash) =>
        $"\"{user.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\": {{ password_hash: \"{hash}\" }}";

    /// <summary>Not through the console's layout: a wrapped hash could not be copied.</summary>
    private static void Print(Output screen, PasswdReport report)
    {
        Console.Out.WriteLine(report.Hash);
        Console.Out.WriteLine();
        Console.Out.WriteLine("Under 'embedded.users' of the configuration:");
        Console.Out.WriteLine($"  {Visible.Line(report.Line)}");
    }
}

/// <summary>What <c>bridge passwd</c> prints.</summary>
internal sealed record PasswdReport(string Hash, string Line);
