using System.CommandLine;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary><c>bridge plugins</c>: what is found on disk, by this command itself.</summary>
internal static class PluginsCommand
{
    public static Command Build() =>
        new Command("plugins", "List the plugins that are found, and why one is refused. Needs no daemon; where one runs, its folders are looked into, too.").Does(async (parsed, output, cancellationToken) =>
        {
            var places = await Setup.PlacesAsync(parsed, cancellationToken);
            var plugins = Setup.Plugins(places.Plugins).LoadAll().Select(plugin => new PluginReport(plugin.Name, plugin.Folder, plugin.Plugin is not null, plugin.Refused)).ToArray();
            output.Result(plugins, Print);
            return ExitCode.Ok;
        });

    private static void Print(Output screen, PluginReport[] plugins) =>
        screen.Table(["plugin", "state", "folder", "reason"], plugins.Select(plugin => (string[])
        [
            plugin.Name, plugin.Loaded ? "loaded" : "refused", plugin.Folder, plugin.Refused ?? "",
        ]));
}
