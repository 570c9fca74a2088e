using System.Text.Json.Nodes;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

public sealed class TopTests : IDisposable
{
    private readonly Workspace _workspace = new(Workspace.Endpoints + """

          nobody: { plugin: mqtt, url: "mqtt://127.0.0.1:1" }
        routes:
          - { id: up, from: "home:#", to: ["nobody:a"] }
        """);

    [Fact]
    public async Task It_shows_endpoints_and_what_is_owed_and_why()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        await _workspace.DoAsync("emit", "home:a", "--payload", "1");
        await _workspace.DoAsync("emit", "home:b", "--payload", "2");

        var lines = (await _workspace.DoAsync("top", "--json", "--count", "2", "--interval", "100ms")).Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Null(lines[0]["inPerSecond"]);
        Assert.NotNull(lines[1]["inPerSecond"]);
        Assert.Equal(("nobody:a", 2), ((string)lines[1]["lanes"]![0]!["to"]!, (int)lines[1]["lanes"]![0]!["owed"]!));
        Assert.True((long)lines[1]["storeBytes"]! > 10_000);

        var picture = await _workspace.DoAsync("top", "--count", "1");
        Assert.Matches(@"nobody +(connecting|backing-off) .*ConnectionRefused|nobody +(connecting|backing-off) .*reach", picture);
        Assert.Matches(@"2 +nobody:a", picture);
        Assert.DoesNotContain('\x1b', picture);
    }

    [Fact]
    public async Task Without_a_daemon_it_says_so() => Assert.Equal(3, (await _workspace.RunAsync("top")).ExitCode);

    public void Dispose() => _workspace.Dispose();
}
