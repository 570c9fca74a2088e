using Bridge.Abstractions;
using Bridge.Host.Plugins;

namespace Bridge.Host.Configuration.Reference;

/// <summary>Every key of the configuration language with the plugins at hand: the one source of the reference page and of the JSON Schema.</summary>
/// <param name="Plugins">By name, ordinal order.</param>
internal sealed record ConfigReference(IReadOnlyList<IPlugin> Plugins)
{
    public static ConfigReference Of(PluginCatalog plugins) => new([.. plugins.LoadAll().Select(plugin => plugin.Plugin).OfType<IPlugin>()]);

    /// <summary>The top of a file, with endpoints and routes as maps of what all of them have.</summary>
    public IReadOnlyList<ConfigKey> Sections => CoreKeys.Sections(new KeyType.Map(CoreKeys.Endpoint), new KeyType.Map(Route));

    public static IReadOnlyList<ConfigKey> Endpoint => CoreKeys.Endpoint;

    /// <summary>With what the plugins take of a destination.</summary>
    public IReadOnlyList<ConfigKey> Route => CoreKeys.Route(Plugins.SelectMany(plugin => plugin.Description.DestinationOptions));

    public static IReadOnlyList<ConfigKey> OptionsOf(IPlugin plugin) => OptionKeys.Of(plugin.OptionsType);
}
