using System.Diagnostics;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>The embedded broker of a daemon that is killed: what was acknowledged with QoS 2 is there once, for its subscriber and for the routes.</summary>
public sealed class EmbeddedKillTests : IDisposable
{
    private const string Route = """

        routes:
          - { id: notify, from: home:notify, text: "heard {{ message.text }}", to: [console:me] }
        """;

    private readonly Workspace _workspace = new(Workspace.Endpoints + Route);

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task What_was_acknowledged_waits_over_a_kill_and_comes_once()
    {
        string[] all = ["1", "2", "3", "4", "5"];
        await using (var daemon = await BridgeProcess.StartAsync(_workspace, "--console"))
        {
            await RunAsync("mosquitto_sub", await daemon.BrokerPortAsync(), "-c", "-i", "keeper", "-t", "notify", "-E");
            foreach (var text in all)
            {
                await RunAsync("mosquitto_pub", await daemon.BrokerPortAsync(), "-t", "notify", "-m", text);
            }

            await daemon.KillAsync();
        }

        await using var next = await BridgeProcess.StartAsync(_workspace, "--console");
        await RunAsync("mosquitto_pub", await next.BrokerPortAsync(), "-t", "notify", "-m", "last");
        var received = await RunAsync("mosquitto_sub", await next.BrokerPortAsync(), "-c", "-i", "keeper", "-t", "notify", "-C", "6");
        Assert.Equal([.. all, "last"], received.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await next.Output.WaitForAsync("heard last");
    }

    private static async Task<string> RunAsync(string tool, string port, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, ["-V", "mqttv311", "-h", "127.0.0.1", "-p", port, "-q", "2", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
