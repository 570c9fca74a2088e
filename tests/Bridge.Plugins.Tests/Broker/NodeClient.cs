using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>The npm package mqtt, driven through tests/npm/mqtt-client.cjs.</summary>
internal sealed class NodeClient : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly Channel<JsonNode> _messages = Channel.CreateUnbounded<JsonNode>();
    private readonly Channel<JsonNode> _others = Channel.CreateUnbounded<JsonNode>();

    private NodeClient(Process process)
    {
        _process = process;
        _ = ReadAsync();
    }

    /// <summary>Connects; the broker's answer is in <see cref="Answer"/>.</summary>
    public static async Task<NodeClient> ConnectAsync(int port, string protocol, object options)
    {
        var script = Path.Combine(Folder(), "mqtt-client.cjs");
        var client = new NodeClient(Process.Start(new ProcessStartInfo("node", [script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!);
        var all = JsonSerializer.SerializeToNode(options)!;
        all["port"] = port;
        all["protocolVersion"] = protocol == "5" ? 5 : 4;
        await client.TellAsync(new { connect = all });
        client.Answer = await client.DoneAsync("connect");
        return client;
    }

    public JsonNode Answer { get; private set; } = new JsonObject();

    public async Task<JsonNode> SubscribeAsync(string filter, object options)
    {
        await TellAsync(new { subscribe = (object[])[filter, options] });
        return await DoneAsync("subscribe");
    }

    public async Task<JsonNode> PublishAsync(string topic, string text, object options)
    {
        await TellAsync(new { publish = (object[])[topic, text, options] });
        return await DoneAsync("publish");
    }

    /// <summary>Publishes 0, 1, 2 and so on at QoS 1, and returns when the last is acknowledged.</summary>
    public async Task FloodAsync(string topic, int count)
    {
        await TellAsync(new { flood = (object[])[topic, count] });
        await DoneAsync("flood");
    }

    public async Task EndAsync()
    {
        await TellAsync(new { end = true });
        await DoneAsync("end");
    }

    /// <summary>Breaks the connection without a word.</summary>
    public async Task DestroyAsync()
    {
        await TellAsync(new { destroy = true });
        await DoneAsync("destroy");
    }

    public async Task<JsonNode> MessageAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        return await _messages.Reader.ReadAsync(patience.Token);
    }

    public async Task<List<string>> TextsAsync(int count)
    {
        var texts = new List<string>();
        while (texts.Count < count)
        {
            texts.Add((string)(await MessageAsync())["message"]!);
        }

        return texts;
    }

    /// <summary>Waits for the event with this member, such as a disconnect.</summary>
    public async Task<JsonNode> EventAsync(string member)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (true)
        {
            var happened = await _others.Reader.ReadAsync(patience.Token);
            if (happened[member] is not null)
            {
                return happened;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(s_patience, CancellationToken.None);
        _process.Dispose();
    }

    private async Task<JsonNode> DoneAsync(string name)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (true)
        {
            var happened = await _others.Reader.ReadAsync(patience.Token);
            if ((string?)happened["done"] == name)
            {
                return happened;
            }
        }
    }

    private async Task TellAsync(object command)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var happened = JsonNode.Parse(line)!;
            (happened["message"] is null ? _others : _messages).Writer.TryWrite(happened);
        }

        _messages.Writer.TryComplete();
        _others.Writer.TryComplete();
    }

    internal static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bridge.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "tests", "npm");
    }
}
