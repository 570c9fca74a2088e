using System.CommandLine;

namespace Bridge.Host.Cli;

/// <summary><c>bridge config</c>: what is in force.</summary>
internal static class ConfigCommand
{
    public static Command Build() =>
        new Command("config", "Print the configuration in force: every default written out, secrets masked. Needs no daemon.").Does((parsed, output, _) =>
        {
            var effective = Setup.ReadOrFail(parsed, output, Setup.Plugins(parsed), withSecrets: false).Effective!;
            Console.Out.WriteLine(output.Json ? effective.ToJson() : effective.ToYaml());
            return Task.FromResult(ExitCode.Ok);
        });
}
