using System.CommandLine;
using System.Text.Json;
using Bridge.Host.Admin;
using Bridge.Host.Configuration;
using Bridge.Host.Plugins;
using Bridge.Host.Terminal;

namespace Bridge.Host.Cli;

/// <summary>Plugins and configuration, for the commands that need no daemon and for the daemon itself.</summary>
internal static class Setup
{
    public static PluginCatalog Plugins(IReadOnlyList<string> roots, ConsoleSurface? surface = null) =>
        new([new ConsolePlugin(surface ?? new ConsoleSurface(forced: false))], roots);

    /// <summary>Where configuration and plugins are: as named, or by default.</summary>
    public static PlacesReport PlacesOf(ParseResult parsed) => new(Common.ConfigOf(parsed), Common.PluginRootsOf(parsed));

    /// <summary>The same, but when the command line names no configuration and a daemon runs on the data folder, those of the daemon.</summary>
    public static async Task<PlacesReport> PlacesAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var daemon = Common.DaemonOf(parsed);
        if (Common.NamesConfig(parsed) || !await daemon.IsRunningAsync(cancellationToken))
        {
            return PlacesOf(parsed);
        }

        var places = (await daemon.AskAsync("places", new Nothing(), cancellationToken)).Deserialize<PlacesReport>(AdminProtocol.Json)!;
        return new([.. places.Configuration.Select(Places.Short)], [.. Common.PluginRootsOf(parsed).Concat(places.Plugins).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>The same for a command that takes files as arguments.</summary>
    public static async Task<PlacesReport> PlacesAsync(ParseResult parsed, IReadOnlyList<string> named, CancellationToken cancellationToken) =>
        named.Count > 0 ? new PlacesReport(named, Common.PluginRootsOf(parsed)) : await PlacesAsync(parsed, cancellationToken);

    public static ConfigSources Sources(PluginCatalog plugins, bool withSecrets = true) => new()
    {
        Plugins = plugins,
        WithSecrets = withSecrets,
    };

    /// <summary>The configuration of a command that cannot go on without one; every error is printed first.</summary>
    public static ConfigResult OrFail(ConfigResult read, Output output)
    {
        if (read.Config is null)
        {
            Diagnostics.Print(output, read);
            throw new CliException(ExitCode.Failed, Diagnostics.Summary(read), "put right what is listed above, then try again");
        }

        return read;
    }
}
