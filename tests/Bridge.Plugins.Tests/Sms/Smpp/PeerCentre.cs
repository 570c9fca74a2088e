using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Plugins.Tests.Broker;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Smpp;

/// <summary>An SMS centre of another make, in a process of its own; driven by lines of JSON.</summary>
internal sealed class PeerCentre : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<JsonNode> _said = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    private PeerCentre(string program, IEnumerable<string> arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        _reading = ReadAsync();
    }

    public int Port { get; private set; }

    /// <summary>What it got, in its own reading.</summary>
    public IReadOnlyList<JsonNode> Parts => [.. _said.Select(said => said["part"]).OfType<JsonNode>()];

    public IReadOnlyList<int> Answers => [.. _said.Select(said => said["answered"]).OfType<JsonNode>().Select(status => (int)status)];

    public string Text => string.Concat(Parts.Select(part => (string?)part["text"]));

    public static Task<PeerCentre> NodeAsync(params string[] files) => StartAsync("node", [Path.Combine(NodeClient.Folder(), "smsc.cjs"), .. files]);

    public static async Task<PeerCentre> StartAsync(string program, IEnumerable<string> arguments)
    {
        var peer = new PeerCentre(program, arguments);
        peer.Port = await peer._port.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return peer;
    }

    public async Task TellAsync(object command)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var said = JsonNode.Parse(line)!;
            if (said["port"] is { } port)
            {
                _port.TrySetResult((int)port);
            }

            _said.Enqueue(said);
        }

        _port.TrySetException(new IOException("the SMS centre ended before it listened"));
    }
}
