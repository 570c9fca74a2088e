using Bridge.Abstractions;
using Bridge.Host.Plugins;
using Xunit;

namespace Bridge.Host.Tests.Plugins;

public sealed class PluginLoaderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("bridge-plugins-").FullName;

    [Fact]
    public void The_bundled_plugin_loads_in_a_context_of_its_own_with_the_hosts_contract()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var found = PluginLoader.Load(Path.Combine(own.Parent!.Parent!.FullName, "Bridge.Host", own.Name, "plugins", "mqtt"));
        Assert.Null(found.Refused);
        Assert.IsType<PluginLoadContext>(System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(found.Plugin!.GetType().Assembly));
        Assert.Equal(AddressStyle.Levels, found.Plugin.Description.Addresses);
    }

    [Theory]
    [InlineData(99, "built for contract version 99, this Bridge speaks version 1 (install a newer version of Bridge)")]
    [InlineData(0, "built for contract version 0, this Bridge speaks version 1 (install a newer version of the plugin)")]
    public void Another_contract_version_is_refused_before_any_code_of_the_plugin_runs(int version, string reason) =>
        Assert.Contains(reason, PluginLoader.Load(Write("other", version)).Refused, StringComparison.Ordinal);

    [Fact]
    public void A_class_that_is_no_plugin_is_refused() =>
        Assert.Contains("is no IPlugin", PluginLoader.Load(Write("wrong", Contract.Version)).Refused, StringComparison.Ordinal);

    [Fact]
    public void A_folder_that_everybody_may_write_is_refused()
    {
        var folder = Write("open", Contract.Version);
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherWrite);
        Assert.Contains("writable by everybody", PluginLoader.Load(folder).Refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_plugin_and_one_with_rubbish_are_refused()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, "rubbish")).FullName;
        Assert.Contains("no assembly in its folder", PluginLoader.Load(folder).Refused, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "Bridge.Plugin.Rubbish.dll"), "MZ rubbish");
        Assert.Contains("no assembly in its folder", PluginLoader.Load(folder).Refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_assemblies_are_refused_and_nothing_worse()
    {
        var folder = Write("damaged", 99);
        var path = Path.Combine(folder, "Bridge.Plugin.Probe.dll");
        var good = File.ReadAllBytes(path);
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var bytes = (byte[])good.Clone();
            for (var change = random.Next(1, 20); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, bytes);
            Assert.NotNull(PluginLoader.Load(folder).Refused);
        }
    }

    [Fact]
    public void Of_two_plugins_of_one_name_the_first_root_wins_and_the_other_is_listed()
    {
        var second = Directory.CreateTempSubdirectory("bridge-plugins-").FullName;
        try
        {
            Write("probe", 99);
            Directory.CreateDirectory(Path.Combine(second, "probe"));
            var catalog = new PluginCatalog([], [_root, second]);
            Assert.Equal(2, catalog.LoadAll().Count);
            Assert.Contains("hidden by", catalog.LoadAll().Single(plugin => plugin.Folder.StartsWith(second, StringComparison.Ordinal)).Refused, StringComparison.Ordinal);
            Assert.Contains("99", catalog.Find("probe")!.Refused, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(second, recursive: true);
        }
    }

    [Fact]
    public void A_plugin_is_loaded_once_it_is_asked_for_and_not_before()
    {
        Write("probe", 99);
        Write("other", 99);
        var catalog = new PluginCatalog([], [_root]);
        Assert.Equal(["other", "probe"], catalog.Names);
        Assert.Empty(catalog.Refused);
        Assert.Same(catalog.Find("probe"), catalog.Find("probe"));
        Assert.Equal(["probe"], catalog.Refused.Select(plugin => plugin.Name));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Write(string name, int contractVersion) => ProbePlugin.Write(_root, name, contractVersion);
}
