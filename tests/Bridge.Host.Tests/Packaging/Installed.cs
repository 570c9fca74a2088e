using System.Diagnostics;
using System.Runtime.InteropServices;
using Bridge.Host.Tests.Architecture;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Packaging;

/// <summary>
/// Bridge installed below a scratch folder, and run from there in a sandbox: the root is read-only and nothing but the data folder and /tmp can be
/// written; no capabilities, a user, processes and a network of its own. That is what the unit and the container file ask for.
/// </summary>
internal sealed class Installed : IDisposable
{
    private const string Prefix = "/opt/bridge";
    private static readonly string s_dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
    private static readonly string[] s_system =
        ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/passwd", "/etc/group", "/etc/localtime", "/etc/ssl", "/etc/hosts", s_dotnet];

    private readonly string _folder = Directory.CreateTempSubdirectory("bridge-installed-").FullName;

    public Installed() => Directory.CreateDirectory(Data);

    public string Root => Path.Combine(_folder, "root");

    public string Data => Path.Combine(_folder, "data");

    /// <summary>The host as built with these tests: like what packaging/publish makes, but for the precompiling.</summary>
    public static string Built => Repository.HostFolder;

    public string At(string path) => Root + path;

    public Task<string> InstallAsync(string from) => Tool.DoAsync(Tool.Packaging("install"), "--from", from, "--root", Root, "--prefix", Prefix);

    public Task<string> UninstallAsync(params string[] options) => Tool.DoAsync(Tool.Packaging("uninstall"), ["--root", Root, "--prefix", Prefix, .. options]);

    /// <summary>Starts a shell command in the sandbox; <c>bridge</c> is there in the path.</summary>
    public Process Start(string command)
    {
        List<string> arguments = ["--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--die-with-parent", "--new-session"];
        arguments.AddRange(["--clearenv", "--setenv", "PATH", $"{Prefix}/bin:/usr/bin:/bin", "--setenv", "DOTNET_ROOT", s_dotnet, "--setenv", "TZ", "UTC"]);
        arguments.AddRange(["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]);
        arguments.AddRange(s_system.SelectMany(path => (string[])["--ro-bind-try", path, path]));
        arguments.AddRange(["--ro-bind", At(Prefix), Prefix, "--ro-bind", At("/etc/bridge"), "/etc/bridge", "--bind", Data, "/var/lib/bridge", "--remount-ro", "/"]);
        arguments.AddRange(["--", "/bin/sh", "-c", command]);
        var start = new ProcessStartInfo("bwrap", arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Runs one command in the sandbox to its end.</summary>
    public async Task<Ran> RunAsync(string command)
    {
        using var process = Start(command);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Ran(process.ExitCode, await output, await error);
    }

    /// <summary>The main job: the installed daemon with the configuration that came with it takes an event in and tells of it.</summary>
    public async Task DoTheMainJobAsync()
    {
        using var daemon = Start("bridge run --console");
        try
        {
            var (output, log) = (new CapturedLines(daemon.StandardOutput), new CapturedLines(daemon.StandardError));
            await log.WaitForAsync("Ready: generation 1, 2 of 2 endpoints connected");
            var emitted = await RunAsync("""bridge emit home:zigbee2mqtt/kitchen/leak_sensor --payload '{"water_leak":true,"battery":88}'""");
            Assert.True(emitted.ExitCode == 0, emitted.Error);
            await output.WaitForAsync("Water leak in kitchen! Battery 88 %");
            Assert.Equal(new Ran(0, "alive, ready: running\n", ""), await RunAsync("bridge health --ready"));
        }
        finally
        {
            daemon.Kill();
            await daemon.WaitForExitAsync(CancellationToken.None);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
