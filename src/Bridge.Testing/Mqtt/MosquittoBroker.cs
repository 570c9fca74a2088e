using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Bridge.Testing.Mqtt;

/// <summary>
/// The real Mosquitto, on a free port of loopback with a folder of its own. Its sessions survive <see cref="StopAsync"/> and <see cref="StartAsync"/>
/// (not <see cref="Kill"/>: it saves them when it stops).
/// </summary>
public sealed class MosquittoBroker : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("mosquitto-").FullName;
    private Process? _process;

    private MosquittoBroker(int port) => Port = port;

    /// <summary>The port on 127.0.0.1; the same over restarts.</summary>
    public int Port { get; }

    /// <summary>As the configuration of an endpoint spells it.</summary>
    public Uri Url => new($"mqtt://127.0.0.1:{Port}");

    /// <summary>Starts a broker with these further lines of configuration and waits until it listens.</summary>
    public static async Task<MosquittoBroker> StartNewAsync(params string[] configuration)
    {
        var broker = new MosquittoBroker(FreePort());
        string[] lines =
        [
            $"listener {broker.Port} 127.0.0.1",
            "allow_anonymous true",
            "persistence true",
            $"persistence_location {broker._folder}/",
            "autosave_interval 0",
            "max_inflight_messages 1000",
            "max_queued_messages 0",
            "log_dest none",
            .. Environment.UserName == "root" ? (string[])["user root"] : [],
            .. configuration,
        ];
        await File.WriteAllLinesAsync(broker.ConfigFile, lines);
        await broker.StartAsync();
        return broker;
    }

    /// <summary>Starts it again after <see cref="StopAsync"/> or <see cref="Kill"/>.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Executable(), ["-c", ConfigFile]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        _process = Process.Start(start) ?? throw new InvalidOperationException("Mosquitto did not start.");
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        using var patience = new CancellationTokenSource(s_patience);
        while (!await ListensAsync(patience.Token))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"Mosquitto ended with code {_process.ExitCode}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        }
    }

    /// <summary>An orderly end.</summary>
    public async Task StopAsync()
    {
        if (_process is not { HasExited: false } running)
        {
            return;
        }

        using var kill = Process.Start("kill", ["-TERM", running.Id.ToString()]);
        using var patience = new CancellationTokenSource(s_patience);
        await running.WaitForExitAsync(patience.Token);
    }

    /// <summary>A crash.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Kill();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A port nobody listens to at the moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string ConfigFile => Path.Combine(_folder, "mosquitto.conf");

    private static string Executable() => File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";

    private async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
