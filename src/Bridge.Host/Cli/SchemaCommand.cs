using System.CommandLine;
using Bridge.Host.Configuration.Reference;

namespace Bridge.Host.Cli;

/// <summary><c>bridge schema</c>: the configuration language for editors.</summary>
internal static class SchemaCommand
{
    public static Command Build() =>
        new Command("schema", "Print the JSON Schema (draft-07) of the configuration, with the options of the plugins that are found. Needs no daemon.").Does((parsed, _, _) =>
        {
            Console.Out.WriteLine(ConfigSchema.Of(ConfigReference.Of(Setup.Plugins(Common.PluginRootsOf(parsed)))));
            return Task.FromResult(ExitCode.Ok);
        });
}
