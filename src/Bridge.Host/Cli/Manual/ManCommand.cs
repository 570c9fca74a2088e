using System.CommandLine;
using Bridge.Host.Configuration.Reference;

namespace Bridge.Host.Cli.Manual;

/// <summary><c>bridge man [PAGE]</c>: the pages of the manual as packages install them.</summary>
internal static class ManCommand
{
    private const string Commands = "bridge.1";
    private const string Configuration = "bridge.yaml.5";

    public static Command Build(Func<Command> root)
    {
        var page = new Argument<string>("PAGE") { Description = $"{Commands} or {Configuration}.", DefaultValueFactory = _ => Commands };
        page.AcceptOnlyFromAmong(Commands, Configuration);
        var command = new Command("man", "Print a page of the manual for man: bridge man | man -l -") { page };
        return command.Does((parsed, _, _) =>
        {
            Console.Out.Write(parsed.GetValue(page) == Commands
                ? CommandPage.Of(root())
                : ConfigPage.Of(ConfigReference.Of(Setup.Plugins(Common.PluginRootsOf(parsed)))));
            return Task.FromResult(ExitCode.Ok);
        });
    }
}
