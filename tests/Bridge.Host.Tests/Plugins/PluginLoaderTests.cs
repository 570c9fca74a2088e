using System.Diagnostics;
using Bridge.Abstractions;
using Bridge.Host.Plugins;
using Bridge.Storage.Checking;
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

    [Theory]
    [InlineData("")]
    [InlineData("open")]
    [InlineData("open/Bridge.Plugin.Probe.dll")]
    public void What_its_group_may_write_is_refused_from_the_root_to_the_file(string part)
    {
        var folder = Write("open", Contract.Version);
        var path = Path.Combine(_root, part).TrimEnd('/');
        foreach (var each in Directory.GetFileSystemEntries(_root, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(each, File.GetUnixFileMode(each) & ~UnixFileMode.GroupWrite); // whatever the umask is
        }

        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupWrite);
        var strangers = new PluginWriters(FileOwner.Of(folder)!.Value.User, null, ProgramIsGroups: false);
        Assert.Equal(
            $"{path} is writable by its group (chmod g-w {(part.Length == 0 ? _root : $"-R {folder}")})", PluginLoader.Load(folder, strangers).Refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("foreign")]
    [InlineData("foreign/Bridge.Plugin.Probe.dll")]
    public void What_belongs_to_another_user_is_refused_from_the_root_to_the_file(string part)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give a file away");
        var folder = Write("foreign", Contract.Version);
        var path = Path.Combine(_root, part).TrimEnd('/');
        using (var chown = Process.Start("chown", ["65534", path]))
        {
            chown.WaitForExit();
        }

        Assert.StartsWith($"{path} belongs to user 65534, who could change what Bridge runs (", PluginLoader.Load(folder).Refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, false, null)] // root's, for everybody
    [InlineData(1000, 1000, false, null)] // ours
    [InlineData(500, 500, false, null)] // of who could replace Bridge itself
    [InlineData(1001, 1000, false, "belongs to user 1001")]
    [InlineData(1000, 500, true, null)] // a checkout where files are writable by the group, Bridge's own program like all others
    [InlineData(1000, 1000, true, "is writable by its group")]
    [InlineData(0, 0, true, "is writable by its group")]
    public void Who_could_replace_Bridge_itself_may_write_a_plugin_and_nobody_else(uint user, uint group, bool groupWrites, string? objection)
    {
        var writers = new PluginWriters(1000, new FileOwner(500, 500), ProgramIsGroups: true);
        const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        var said = writers.Objection(new FileOwner(user, group), groupWrites ? Plain | UnixFileMode.GroupWrite : Plain, "it");
        Assert.StartsWith(objection ?? "", said ?? "", StringComparison.Ordinal);
        Assert.Equal(objection is null, said is null);
    }

    [Fact]
    public void What_everybody_may_write_nobody_may_run_and_a_group_counts_only_where_it_may_write_Bridge_itself()
    {
        var writers = new PluginWriters(1000, new FileOwner(500, 500), ProgramIsGroups: false);
        Assert.StartsWith("is writable by everybody", writers.Objection(new FileOwner(0, 0), UnixFileMode.OtherWrite, "it"), StringComparison.Ordinal);
        Assert.StartsWith("is writable by everybody", writers.Objection(null, UnixFileMode.OtherWrite, "it"), StringComparison.Ordinal);
        Assert.StartsWith("is writable by its group", writers.Objection(new FileOwner(0, 500), UnixFileMode.GroupWrite, "it"), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_symbolic_links_counts_what_they_lead_to()
    {
        ProbePlugin.Write(Path.Combine(_root, "real"), "probe", 99);
        File.CreateSymbolicLink(Path.Combine(_root, "link"), Path.Combine(_root, "real"));
        var folder = Path.Combine(_root, "link", "probe");
        Assert.Contains("contract version 99", PluginLoader.Load(folder).Refused, StringComparison.Ordinal);
        File.SetUnixFileMode(Path.Combine(_root, "real"), (UnixFileMode)0b111_111_111);
        Assert.StartsWith($"{_root}/link is writable by everybody (", PluginLoader.Load(folder).Refused, StringComparison.Ordinal);
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
