using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>Tries every endpoint, sends nothing, disturbs nobody.</summary>
public sealed class ConnectTests
{
    private const string Endpoint = "version: 1\nendpoints:\n  home: { plugin: mqtt, ";

    [Fact]
    public async Task Each_endpoint_says_what_came_of_it_and_nothing_is_left_behind()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var workspace = new Workspace(Workspace.Endpoints + $$"""

              taken: { plugin: mqtt, embedded: { listen: "{{taken.LocalEndpoint}}" } }
              nobody: { plugin: mqtt, url: "mqtt://127.0.0.1:1" }
              silent: { plugin: mqtt, url: "mqtt://{{taken.LocalEndpoint}}" }
              idle: { plugin: console, enabled: false }
            """);
        var ran = await workspace.RunAsync("connect", "--timeout", "1s", "--json");
        Assert.Equal(1, ran.ExitCode);
        var tried = JsonNode.Parse(ran.Output)!.AsArray().ToDictionary(one => (string)one!["endpoint"]!, one => one!);
        Assert.Equal(("works", "works", "off"), (ResultOf("home"), ResultOf("console"), ResultOf("idle")));
        Assert.Equal(("failed", "failed", "failed"), (ResultOf("taken"), ResultOf("nobody"), ResultOf("silent")));
        Assert.Contains("in use by another program", (string)tried["taken"]["about"]!, StringComparison.Ordinal);
        Assert.Contains("--timeout", (string)tried["silent"]["cure"]!, StringComparison.Ordinal);
        Assert.False(Directory.Exists(workspace.DataFolder));

        string ResultOf(string endpoint) => (string)tried[endpoint]["result"]!;
    }

    [Fact]
    public async Task A_running_daemon_keeps_its_port_and_its_session()
    {
        using var brokers = new Workspace(Workspace.Endpoints);
        await using var broker = await BridgeProcess.StartAsync(brokers);
        var port = await broker.BrokerPortAsync();
        Assert.Matches(@"home +mqtt +running .* the running daemon has it; listening on 127\.0\.0\.1:" + port, await ConnectAsync(brokers, port));

        using var clients = new Workspace(Endpoint + $"url: \"mqtt://127.0.0.1:{port}\" }}\n");
        await using var client = await BridgeProcess.StartAsync(clients);
        Assert.Matches("home +mqtt +works .* the broker takes MQTT 5", await clients.DoAsync("connect"));
        Assert.Equal(1, client.Log.Count("Endpoint home is connected"));
        Assert.Equal(0, client.Log.Count("next try"));
    }

    [Fact]
    public async Task A_timeout_that_is_none_is_wrong_usage()
    {
        using var workspace = new Workspace(Workspace.Endpoints);
        Assert.Equal(2, (await workspace.RunAsync("connect", "--timeout", "soon")).ExitCode);
    }

    private static async Task<string> ConnectAsync(Workspace workspace, string port)
    {
        var file = Path.Combine(workspace.Folder, "same-port.yaml");
        await File.WriteAllTextAsync(file, $"{Endpoint}embedded: {{ listen: 127.0.0.1:{port} }} }}\n", TestContext.Current.CancellationToken);
        return await workspace.DoAsync("connect", file);
    }
}
