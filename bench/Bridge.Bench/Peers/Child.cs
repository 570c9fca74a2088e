using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Bridge.Bench.Peers;

/// <summary>A process under test: started, killed and measured from outside. Its output is kept for the report.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<IDisposable> _others = [];
    private readonly TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Child(string command, IEnumerable<string> arguments, string? until = null, IReadOnlyDictionary<string, string>? environment = null, string workingFolder = "")
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingFolder,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        DataReceivedEventHandler keep = (_, line) =>
        {
            lock (_output)
            {
                _output.Add(line.Data ?? "");
            }

            if (until is not null && line.Data?.Contains(until, StringComparison.Ordinal) == true)
            {
                _said.TrySetResult();
            }
        };
        _process.OutputDataReceived += keep;
        _process.ErrorDataReceived += keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool Exited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Waits until the awaited word was printed; throws with the output when that does not happen.</summary>
    public async Task ReadyAsync(TimeSpan patience)
    {
        var exited = _process.WaitForExitAsync();
        await Task.WhenAny(_said.Task, exited, Task.Delay(patience, TimeProvider.System, CancellationToken.None));
        if (!_said.Task.IsCompleted)
        {
            throw new InvalidOperationException($"{_process.StartInfo.FileName} did not become ready:\n{Output}");
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <param name="isTried">By connecting; otherwise the machine is asked.</param>
    public static async Task ListeningAsync(int port, TimeSpan patience, bool isTried = true)
    {
        using var limit = new CancellationTokenSource(patience);
        while (!(isTried ? await AcceptsAsync(port) : IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(one => one.Port == port)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }
    }

    /// <summary>Ends with it; what other processes need in memory and processor time counts as its own.</summary>
    public void With(IDisposable other) => _others.Add(other);

    /// <summary>SIGKILL; returns when the process is gone.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>SIGTERM; returns when the process is gone, killing it after <paramref name="patience"/>. True when it went by itself.</summary>
    public bool Terminate(TimeSpan patience)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]) { UseShellExecute = false });
        var went = _process.WaitForExit(patience);
        if (!went)
        {
            Kill();
        }

        return went;
    }

    /// <summary>Resident memory in MB.</summary>
    public double Rss
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : (_process.WorkingSet64 / 1e6) + _others.OfType<Child>().Sum(other => other.Rss);
        }
    }

    /// <summary>User and system CPU seconds so far.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : _process.TotalProcessorTime.TotalSeconds + _others.OfType<Child>().Sum(other => other.CpuSeconds);
        }
    }

    public void Dispose()
    {
        _others.ForEach(other => other.Dispose());
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static async Task<bool> AcceptsAsync(int port)
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
