using System.CommandLine;
using Bridge.Host.Configuration;
using Bridge.Host.Configuration.Reference;

namespace Bridge.Host.Cli;

/// <summary><c>bridge config</c>: what is in force.</summary>
internal static class ConfigCommand
{
    public static Command Build()
    {
        var reference = new Option<bool>("--reference") { Description = "Print the reference of the configuration language instead, as Markdown." };
        var command = new Command(
            "config", "Print the configuration with every default written out and secrets masked: that of --config; else of the running daemon; else the default one.") { reference };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            if (parsed.GetValue(reference))
            {
                Console.Out.Write(ReferencePage.Of(ConfigReference.Of(Setup.Plugins(Common.PluginRootsOf(parsed)))));
                return ExitCode.Ok;
            }

            var places = await Setup.PlacesAsync(parsed, cancellationToken);
            var sources = Setup.Sources(Setup.Plugins(places.Plugins), withSecrets: false);
            var effective = Setup.OrFail(ConfigReader.Read(places.Configuration, sources), output).Effective!;
            Console.Out.WriteLine(output.Json ? effective.ToJson() : effective.ToYaml());
            return ExitCode.Ok;
        });
    }
}
