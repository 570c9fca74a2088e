using System.CommandLine;
using Bridge.Host.Configuration;

namespace Bridge.Host.Cli;

/// <summary><c>bridge config</c>: what is in force.</summary>
internal static class ConfigCommand
{
    public static Command Build() =>
        new Command("config", "Print the configuration with every default written out and secrets masked: that of --config; else of the running daemon; else the default one.").Does(async (parsed, output, cancellationToken) =>
        {
            var places = await Setup.PlacesAsync(parsed, cancellationToken);
            var sources = Setup.Sources(Setup.Plugins(places.Plugins), withSecrets: false);
            var effective = Setup.OrFail(ConfigReader.Read(places.Configuration, sources), output).Effective!;
            Console.Out.WriteLine(output.Json ? effective.ToJson() : effective.ToYaml());
            return ExitCode.Ok;
        });
}
