using Bridge.Abstractions;

namespace Bridge.Host.Plugins;

/// <summary>
/// Every plugin that was found. One that nobody asks for is not loaded: its code costs memory. The folders are read once, at start: a new plugin needs
/// a restart.
/// </summary>
public sealed class PluginCatalog
{
    private readonly Dictionary<string, Lazy<FoundPlugin>> _found = new(StringComparer.Ordinal);
    private readonly List<FoundPlugin> _hidden = [];

    /// <summary>Looks into each root in turn for folders; of two plugins of one name the first wins, and the other is listed as hidden.</summary>
    public PluginCatalog(IEnumerable<IPlugin> builtIn, IEnumerable<string> roots)
        : this(builtIn.Select(plugin => new FoundPlugin(plugin.Description.Name, "built in", plugin, null)))
    {
        foreach (var folder in roots.Distinct(StringComparer.Ordinal).Where(Directory.Exists).SelectMany(root => Directory.GetDirectories(root).Order(StringComparer.Ordinal)))
        {
            var name = Path.GetFileName(folder);
            if (!_found.TryAdd(name, new Lazy<FoundPlugin>(() => PluginLoader.Load(folder))))
            {
                _hidden.Add(new FoundPlugin(name, folder, null, "hidden by the plugin of the same name in an earlier folder"));
            }
        }
    }

    /// <summary>Exactly these.</summary>
    public PluginCatalog(IEnumerable<FoundPlugin> plugins)
    {
        foreach (var plugin in plugins)
        {
            _found.Add(plugin.Name, new Lazy<FoundPlugin>(plugin));
        }
    }

    /// <summary>What may follow <c>plugin:</c>, whether it would load or not, in order.</summary>
    public IEnumerable<string> Names => _found.Keys.Order(StringComparer.Ordinal);

    /// <summary>Those that were wanted and are refused, so far.</summary>
    public IEnumerable<FoundPlugin> Refused => _found.Values.Where(plugin => plugin is { IsValueCreated: true, Value.Refused: not null }).Select(plugin => plugin.Value);

    /// <summary>Loads it, the first time; null when there is none of that name.</summary>
    public FoundPlugin? Find(string name) => _found.GetValueOrDefault(name)?.Value;

    /// <summary>Loads every one. By name, refused and hidden ones included.</summary>
    public IReadOnlyList<FoundPlugin> LoadAll() =>
        [.. _found.Values.Select(plugin => plugin.Value).Concat(_hidden).OrderBy(plugin => plugin.Name, StringComparer.Ordinal)];
}

/// <summary>One plugin folder.</summary>
/// <param name="Name">The folder's name, which is what follows <c>plugin:</c>.</param>
/// <param name="Folder">Where it lies.</param>
/// <param name="Plugin">Null when refused.</param>
/// <param name="Refused">Why, with the cure; null when loaded.</param>
public sealed record FoundPlugin(string Name, string Folder, IPlugin? Plugin, string? Refused);
