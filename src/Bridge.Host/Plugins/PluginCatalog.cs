using Bridge.Abstractions;

namespace Bridge.Host.Plugins;

/// <summary>Every plugin that was found, loaded or refused. Read once at start: a new plugin needs a restart.</summary>
internal sealed class PluginCatalog
{
    private PluginCatalog(IReadOnlyCollection<FoundPlugin> found, IReadOnlyList<FoundPlugin> hidden)
    {
        All = [.. found.Concat(hidden).OrderBy(plugin => plugin.Name, StringComparer.Ordinal)];
        Loaded = found.Where(plugin => plugin.Plugin is not null).ToDictionary(plugin => plugin.Name, plugin => plugin.Plugin!, StringComparer.Ordinal);
        Refused = found.Where(plugin => plugin.Refused is not null).ToDictionary(plugin => plugin.Name, plugin => plugin.Refused!, StringComparer.Ordinal);
    }

    /// <summary>By name, refused and hidden ones included.</summary>
    public IReadOnlyList<FoundPlugin> All { get; }

    /// <summary>Those that can be used.</summary>
    public IReadOnlyDictionary<string, IPlugin> Loaded { get; }

    /// <summary>Why a plugin that was found cannot be used, by name.</summary>
    public IReadOnlyDictionary<string, string> Refused { get; }

    /// <summary>Looks into each root in turn for folders; of two plugins of one name the first wins, and the other is listed as hidden.</summary>
    public static PluginCatalog Load(IEnumerable<IPlugin> builtIn, IEnumerable<string> roots)
    {
        var found = builtIn.Select(plugin => new FoundPlugin(plugin.Description.Name, "built in", plugin, null)).ToDictionary(plugin => plugin.Name, StringComparer.Ordinal);
        var hidden = new List<FoundPlugin>();
        foreach (var folder in roots.Distinct(StringComparer.Ordinal).Where(Directory.Exists).SelectMany(root => Directory.GetDirectories(root).Order(StringComparer.Ordinal)))
        {
            var name = Path.GetFileName(folder);
            if (found.TryGetValue(name, out var first))
            {
                hidden.Add(new FoundPlugin(name, folder, null, $"hidden by the plugin of the same name in {first.Folder}"));
                continue;
            }

            found.Add(name, PluginLoader.Load(folder));
        }

        return new PluginCatalog(found.Values, hidden);
    }
}

/// <summary>One plugin folder.</summary>
/// <param name="Name">The folder's name, which is what follows <c>plugin:</c>.</param>
/// <param name="Folder">Where it lies.</param>
/// <param name="Plugin">Null when refused.</param>
/// <param name="Refused">Why, with the cure; null when loaded.</param>
internal sealed record FoundPlugin(string Name, string Folder, IPlugin? Plugin, string? Refused);
