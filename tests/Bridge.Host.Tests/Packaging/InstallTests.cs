using System.Diagnostics;
using Bridge.Host.Tests.Architecture;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Packaging;

/// <summary>packaging/install and packaging/uninstall, tried below a scratch folder.</summary>
public sealed class InstallTests : IDisposable
{
    private readonly Installed _installed = new();
    private readonly string _newer = Directory.CreateTempSubdirectory("bridge-newer-").FullName;

    [Fact]
    public async Task What_is_installed_does_the_main_job_unprivileged_on_a_read_only_root()
    {
        Tool.Needs("bwrap", "bubblewrap");
        await _installed.InstallAsync(Installed.Built);
        var tried = await _installed.RunAsync("for folder in / /opt/bridge/lib/bridge/current /etc/bridge; do touch $folder/x; done; echo wrote > /var/lib/bridge/x; rm /var/lib/bridge/x; id -u; grep CapEff /proc/self/status");
        Assert.Equal(3, tried.Error.Split("Read-only file system").Length - 1);
        Assert.Equal("65534\nCapEff:\t0000000000000000\n", tried.Output);
        await _installed.DoTheMainJobAsync();
    }

    [Fact]
    public async Task An_upgrade_stands_beside_what_runs_and_keeps_what_the_operator_wrote()
    {
        Assert.Contains("is installed. Write ", await _installed.InstallAsync(Installed.Built), StringComparison.Ordinal);
        Assert.Equal(
            ["bash-completion/completions/bridge", "fish/vendor_completions.d/bridge.fish", "man/man1/bridge.1", "man/man5/bridge.yaml.5", "zsh/vendor-completions/_bridge"],
            Files().Where(file => !file.Contains("/doc/", StringComparison.Ordinal) && file.StartsWith("/opt/bridge/share/", StringComparison.Ordinal)).Select(file => file["/opt/bridge/share/".Length..]));
        var (config, key) = (_installed.At("/etc/bridge/bridge.yaml"), _installed.At("/etc/bridge/bridge.key"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.Equal(64, (await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken)).Length);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(config) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite));
        await File.AppendAllTextAsync(config, "# ours\n", TestContext.Current.CancellationToken);
        var (first, secret) = (Current(), await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken));
        Assert.Contains("was installed already", await _installed.InstallAsync(Installed.Built), StringComparison.Ordinal);

        var workspace = new Workspace(Workspace.Endpoints);
        using var daemon = StartInstalled(workspace);
        try
        {
            await new CapturedLines(daemon.StandardError).WaitForAsync("Ready: generation");
            foreach (var change in (string[])["second", "third"])
            {
                await MakeNewerAsync(change);
                Assert.Contains("beside 0.1.0-", await _installed.InstallAsync(_newer), StringComparison.Ordinal);
            }

            // Two upgrades later it still has its files, as has the one before the newest.
            Assert.Contains(first, Versions());
            Assert.Equal(3, Versions().Count);
            Assert.Contains("console", await workspace.DoAsync("status"), StringComparison.Ordinal);
        }
        finally
        {
            daemon.Kill();
            await daemon.WaitForExitAsync(CancellationToken.None);
            workspace.Dispose();
        }

        Assert.NotEqual(first, Current());
        Assert.EndsWith("# ours\n", await File.ReadAllTextAsync(config, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(secret, await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken));
        await MakeNewerAsync("fourth");
        await _installed.InstallAsync(_newer);
        Assert.DoesNotContain(first, Versions());
    }

    [Fact]
    public async Task What_is_not_the_daemons_own_in_its_data_folder_hinders_nothing()
    {
        Tool.Needs("bwrap", "bubblewrap");
        var lost = Directory.CreateDirectory(Path.Combine(_installed.Data, "lost+found"), UnixFileMode.None).FullName;
        await _installed.InstallAsync(Installed.Built);
        using var daemon = _installed.Start("bridge run --console");
        try
        {
            await new CapturedLines(daemon.StandardError).WaitForAsync("Ready: generation 1");
            var refused = await _installed.RunAsync("ls /var/lib/bridge/lost+found");
            Assert.Contains("Permission denied", refused.Error, StringComparison.Ordinal);
            var top = await _installed.RunAsync("bridge top --count 1");
            Assert.True(top.ExitCode == 0, top.Error);
        }
        finally
        {
            daemon.Kill();
            await daemon.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(lost);
        }
    }

    [Fact]
    public async Task Uninstalling_leaves_configuration_and_key_and_purging_nothing()
    {
        await _installed.InstallAsync(Installed.Built);
        Directory.CreateDirectory(_installed.At("/var/lib/bridge"));
        await File.WriteAllTextAsync(_installed.At("/var/lib/bridge/store.db"), "data", TestContext.Current.CancellationToken);
        Assert.Contains("stay (--purge deletes them)", await _installed.UninstallAsync(), StringComparison.Ordinal);
        Assert.Equal(["/etc/bridge/bridge.key", "/etc/bridge/bridge.schema.json", "/etc/bridge/bridge.yaml", "/var/lib/bridge/store.db"], Files());

        await _installed.InstallAsync(Installed.Built);
        await _installed.UninstallAsync("--purge");
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_folder_that_was_not_published_is_refused()
    {
        var ran = await Tool.RunAsync(Tool.Packaging("install"), "--from", _newer, "--root", _installed.Root);
        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("is not what packaging/publish made", ran.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _installed.Dispose();
        Directory.Delete(_newer, recursive: true);
    }

    private string Current() => new FileInfo(_installed.At("/opt/bridge/lib/bridge/current")).LinkTarget!;

    private List<string> Versions() =>
        [.. Directory.GetDirectories(_installed.At("/opt/bridge/lib/bridge")).Select(path => Path.GetFileName(path)).Where(name => name != "current")];

    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(_installed.Root, "*", SearchOption.AllDirectories).Select(file => file[_installed.Root.Length..]).Order(StringComparer.Ordinal);

    private Process StartInstalled(Workspace workspace) => Process.Start(new ProcessStartInfo(
        "dotnet", [_installed.At($"/opt/bridge/lib/bridge/{Current()}/Bridge.Host.dll"), "run", "--config", workspace.ConfigFile, "--data", workspace.DataFolder])
    {
        UseShellExecute = false, RedirectStandardError = true,
    })!;

    private async Task MakeNewerAsync(string change)
    {
        await Tool.DoAsync("cp", "-R", Repository.HostFolder + "/.", _newer);
        await File.WriteAllTextAsync(Path.Combine(_newer, "CHANGE"), change, TestContext.Current.CancellationToken);
    }
}
