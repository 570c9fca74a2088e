using Bridge.Host.Configuration;
using Bridge.Host.Configuration.Binding;
using Bridge.Host.Configuration.Yaml;
using Bridge.Host.Plugins;

namespace Bridge.Host.Cli;

/// <summary>Where things are when nobody says: in a checkout beside the sources, otherwise where a package puts them.</summary>
internal static class Places
{
    private static readonly string? s_checkout = FindCheckout(AppContext.BaseDirectory);

    public static string DefaultConfig => s_checkout is null ? "/etc/bridge/bridge.yaml" : InCheckout("config/bridge.yaml");

    private static string DefaultData => s_checkout is null ? "/var/lib/bridge" : InCheckout("data");

    /// <summary>The option; else what the configuration says; else the default. Always absolute.</summary>
    public static string DataFolder(string? option, IReadOnlyList<string> config) => Path.GetFullPath(option ?? FolderWritten(config) ?? DefaultData);

    /// <summary>In the order in which they are looked into: what the operator put there comes before what was bundled.</summary>
    public static IReadOnlyList<string> PluginRoots(IReadOnlyList<string> options, IReadOnlyList<string> config, string data) =>
    [
        .. options.Select(Path.GetFullPath),
        Path.Combine(data, "plugins"),
        .. config.Select(path => Path.Combine(Directory.Exists(path) ? Path.GetFullPath(path) : Path.GetDirectoryName(Path.GetFullPath(path))!, "plugins")),
        Path.Combine(AppContext.BaseDirectory, "plugins"),
    ];

    /// <summary>A full path as messages show it: relative where it lies below the current folder.</summary>
    public static string Short(string full)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, full);
        return relative.StartsWith("..", StringComparison.Ordinal) ? full : relative;
    }

    private static string InCheckout(string path) => Short(Path.Combine(s_checkout!, path));

    private static string? FindCheckout(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "Bridge.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder;
    }

    /// <summary>
    /// <c>storage.folder</c>, found in the same files as by who reads all of the configuration, but without the rest: a command that talks to
    /// the daemon needs no plugins and no secrets. A file that cannot be read says nothing here; the daemon and <c>validate</c> say what is wrong.
    /// </summary>
    private static string? FolderWritten(IReadOnlyList<string> config)
    {
        var unheard = new Report();
        foreach (var file in config.SelectMany(ConfigFiles.In))
        {
            if (ConfigFiles.Read(file, unheard) is { } text
                && YamlReader.Read(file, text, scalar => scalar, unheard)?.Find("storage") is MappingNode storage
                && storage.Find("folder") is ScalarNode { IsNull: false } folder)
            {
                var from = SectionBinder.FolderOf(folder.Position);
                var written = new SecretReferences(new ConfigSources { Plugins = new PluginCatalog([]) }, from, unheard).Resolve(folder);
                return written.Value.Length > 0 ? Path.GetFullPath(written.Value, from) : null;
            }
        }

        return null;
    }
}
