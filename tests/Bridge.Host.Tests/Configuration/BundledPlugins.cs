using Bridge.Host.Configuration;
using Bridge.Host.Plugins;
using Bridge.Host.Terminal;

namespace Bridge.Host.Tests.Configuration;

/// <summary>The plugins that come with Bridge, as the host's build places them, in the same build configuration as these tests.</summary>
internal static class BundledPlugins
{
    // The real console prints; for configurations its description is enough.
    private static readonly PluginCatalog s_plugins = new(
        [new FakePlugin<ConsoleOptions>(FakePlugins.All.Single(plugin => plugin.Description.Name == ConsolePlugin.Name).Description)],
        [Path.Combine(CaseFile.RepositoryRoot(), "artifacts", "bin", "Bridge.Host", new DirectoryInfo(AppContext.BaseDirectory).Name, "plugins")]);

    public static ConfigSources Sources { get; } = new() { Plugins = s_plugins, Variable = _ => "from the environment" };
}
