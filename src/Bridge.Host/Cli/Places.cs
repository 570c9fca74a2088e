using YamlDotNet.RepresentationModel;

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
    /// <c>storage.folder</c>, without reading the rest: a command that talks to the daemon needs no plugins and no secrets. A file that cannot be
    /// read says nothing here; the daemon and <c>validate</c> say what is wrong with it.
    /// </summary>
    private static string? FolderWritten(IReadOnlyList<string> config)
    {
        foreach (var file in config.SelectMany(path => Directory.Exists(path) ? Directory.GetFiles(path, "*.yaml") : [path]).Where(File.Exists))
        {
            try
            {
                using var text = File.OpenText(file);
                var yaml = new YamlStream();
                yaml.Load(text);
                if (yaml.Documents is [{ RootNode: YamlMappingNode root }, ..]
                    && Child(root, "storage") is YamlMappingNode storage
                    && Child(storage, "folder") is YamlScalarNode { Value: { Length: > 0 } folder })
                {
                    return Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, folder);
                }
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // See above. At a brace that is not closed the library throws others than its own.
            }
        }

        return null;
    }

    private static YamlNode? Child(YamlMappingNode map, string key) => map.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
}
