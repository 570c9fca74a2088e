using System.Diagnostics;
using Bridge.Testing.Mqtt;
using Xunit;

namespace Bridge.Host.Tests.Synapse;

/// <summary>A real Synapse in a process and a folder of its own, as <c>tests/synapse/synapse</c> starts it.</summary>
internal sealed class SynapseServer : IAsyncDisposable
{
    public const string Name = "example.org";

    /// <summary>Where <c>synapse install</c> put it; set by <c>./test --long</c>.</summary>
    public const string RootVariable = "BRIDGE_TEST_SYNAPSE";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("bridge-synapse-");
    private readonly HttpClient _http;
    private Process? _process;

    private SynapseServer() => _http = new HttpClient { BaseAddress = Url };

    public int Port { get; } = MosquittoBroker.FreePort();

    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>Not yet started. Skips the test where there is none.</summary>
    public static async Task<SynapseServer> MakeAsync()
    {
        Assert.SkipWhen(
            Root is null, $"there is no Synapse: run ./test --long as root, or name the folder of 'tests/synapse/synapse install' in {RootVariable}");
        var server = new SynapseServer();
        using var generating = server.Run(["--server-name", Name, "--generate-config", "--report-stats=no"]);
        await generating.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, generating.ExitCode);
        var config = await File.ReadAllTextAsync(server.ConfigFile);
        await File.WriteAllTextAsync(server.ConfigFile, config.Replace("port: 8008", $"port: {server.Port}", StringComparison.Ordinal) + """

            enable_registration: true
            enable_registration_without_verification: true
            rc_message: { per_second: 1000, burst_count: 1000 }
            rc_registration: { per_second: 1000, burst_count: 1000 }
            rc_invites: { per_room: { per_second: 1000, burst_count: 1000 }, per_user: { per_second: 1000, burst_count: 1000 } }
            trusted_key_servers: []

            """);
        return server;
    }

    public async Task StartAsync()
    {
        _process = Run([]);
        var began = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < s_patience && !_process.HasExited, "Synapse does not start");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>SIGTERM, which Synapse obeys; whatever it was doing for somebody is cut off.</summary>
    public async Task StopAsync()
    {
        if (_process is { HasExited: false } running)
        {
            using var kill = Process.Start("kill", [$"{running.Id}"]);
            await running.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
    }

    /// <summary>As docs/MATRIX.md says: the file where Synapse can read it, its name in homeserver.yaml.</summary>
    public async Task RegisterAsync(string registration)
    {
        File.Copy(registration, Path.Combine(_data.FullName, "registration.yaml"));
        await File.AppendAllTextAsync(ConfigFile, "app_service_config_files:\n  - /data/registration.yaml\n");
    }

    public Task<SynapseUser> UserAsync(string name) => SynapseUser.RegisterAsync(Url, name);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _data.Delete(recursive: true);
    }

    private static string? Root => Environment.GetEnvironmentVariable(RootVariable) is { Length: > 0 } root ? root : null;

    private string ConfigFile => Path.Combine(_data.FullName, "homeserver.yaml");

    private Process Run(IEnumerable<string> arguments)
    {
        var script = Path.Combine(Checkout(), "tests/synapse/synapse");
        return Process.Start(new ProcessStartInfo(script, ["run", Root!, _data.FullName, "--config-path", "/data/homeserver.yaml", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/_matrix/client/versions", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bridge.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
