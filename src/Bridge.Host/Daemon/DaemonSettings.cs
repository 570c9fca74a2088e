using Bridge.Core.Sealing;
using Bridge.Host.Configuration;
using Bridge.Host.Plugins;
using Bridge.Host.Terminal;

namespace Bridge.Host.Daemon;

/// <summary>What <c>run</c> found out before the daemon starts.</summary>
/// <param name="ConfigPaths">As given or by default; read again at each reload.</param>
/// <param name="DataFolder">Absolute.</param>
/// <param name="First">The configuration to start with; valid.</param>
internal sealed record DaemonSettings(IReadOnlyList<string> ConfigPaths, string DataFolder, ConfigResult First, PluginCatalog Plugins, ConsoleSurface Console)
{
    /// <summary>Where the plugins came from; absolute.</summary>
    public required IReadOnlyList<string> PluginRoots { get; init; }

    /// <summary>Of the configuration, since before it was read.</summary>
    public required ConfigWatch Watch { get; init; }

    /// <summary>What somebody typed to unlock the data folder; null: the key is where it always is.</summary>
    public KeySource? Key { get; init; }

    /// <summary>For commands that are given from another folder.</summary>
    public IReadOnlyList<string> AbsoluteConfigPaths { get; } = [.. ConfigPaths.Select(Path.GetFullPath)];
}
