using System.Diagnostics;
using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugins.Tests.Broker;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>The client at a broker of another make: npm aedes, which speaks 3.1.1.</summary>
public sealed class AedesTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task Messages_pass_at_every_quality_of_service(string transport)
    {
        using var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(NodeClient.Folder(), "aedes-broker.cjs")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            var port = (int)JsonNode.Parse(line!)![transport]!;
            var options = new MqttOptions { Url = new Uri(transport == "ws" ? $"ws://127.0.0.1:{port}/mqtt" : $"mqtt://127.0.0.1:{port}"), Protocol = "3.1.1" };
            await using var receiving = new RunningEndpoint(options with { Session = new SessionOptions { ClientId = "r" } }, ["a/+"]);
            await using var sending = new RunningEndpoint(options with { Session = new SessionOptions { ClientId = "s" } }, []);
            await Task.WhenAll(receiving.ConnectedAsync(), sending.ConnectedAsync());
            foreach (var qos in (string[])["0", "1", "2"])
            {
                // A broker may overtake QoS 2 by QoS 0, so each has its turn.
                var sends = Enumerable.Range(0, 20).Select(i => sending.Send(RunningEndpoint.Data($"a/{qos}", $"{qos} {i}", qos)));
                Assert.All(await Task.WhenAll(sends), result => Assert.IsType<SendResult.Delivered>(result));
                await receiving.ReceivedAsync(20 * (1 + int.Parse(qos)));
            }

            Assert.Equal(from qos in (string[])["0", "1", "2"] from i in Enumerable.Range(0, 20) select $"{qos} {i}", receiving.Texts);
        }
        finally
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
