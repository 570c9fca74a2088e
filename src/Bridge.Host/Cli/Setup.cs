using System.CommandLine;
using Bridge.Host.Configuration;
using Bridge.Host.Plugins;
using Bridge.Host.Terminal;

namespace Bridge.Host.Cli;

/// <summary>Plugins and configuration, for the commands that need no daemon and for the daemon itself.</summary>
internal static class Setup
{
    public static PluginCatalog Plugins(ParseResult parsed, ConsoleSurface? surface = null) =>
        PluginCatalog.Load([new ConsolePlugin(surface ?? new ConsoleSurface(forced: false, TimeZoneInfo.Local))], Common.PluginRootsOf(parsed));

    public static ConfigSources Sources(PluginCatalog plugins, bool withSecrets = true) => new()
    {
        Plugins = [.. plugins.Loaded.Values],
        FailedPlugins = plugins.Refused,
        WithSecrets = withSecrets,
    };

    /// <summary>The configuration of a command that cannot go on without one; every error is printed first.</summary>
    public static ConfigResult ReadOrFail(ParseResult parsed, Output output, PluginCatalog plugins, bool withSecrets = true)
    {
        var read = ConfigReader.Read(Common.ConfigOf(parsed), Sources(plugins, withSecrets));
        if (read.Config is null)
        {
            Diagnostics.Print(output, read);
            throw new CliException(ExitCode.Failed, Diagnostics.Summary(read), "put right what is listed above, then try again");
        }

        return read;
    }
}
