using System.Diagnostics;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Testing.Mqtt;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>Figures, not limits: how fast QoS 1 goes through the client and Mosquitto, with nothing stored. Build with -c Release for figures to quote.</summary>
[Trait("Category", "Long")]
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const int Count = 200_000;

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task QoS_1_out_and_in(string protocol)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        var options = new MqttOptions { Url = broker.Url, Protocol = protocol };
        var memory = new HostMemory();
        await using (var subscriber = new RunningEndpoint(options with { Session = new SessionOptions { ClientId = "in" } }, ["t/#"], memory))
        {
            await subscriber.ConnectedAsync();
        }

        await using var sender = new RunningEndpoint(options with { Session = new SessionOptions { ClientId = "out" } }, []);
        await sender.ConnectedAsync();
        var outbound = RunningEndpoint.Data("t/x", new string('x', 100));
        var clock = Stopwatch.StartNew();
        var results = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => sender.Send(outbound)));
        output.WriteLine($"{protocol} out: {Count / clock.Elapsed.TotalSeconds:N0}/s");
        Assert.All(results, result => Assert.IsType<SendResult.Delivered>(result));

        clock.Restart();
        await using var receiver = new RunningEndpoint(options with { Session = new SessionOptions { ClientId = "in" } }, ["t/#"], memory);
        await receiver.ReceivedAsync(Count);
        output.WriteLine($"{protocol} in: {Count / clock.Elapsed.TotalSeconds:N0}/s in {memory.BatchSizes.Count} batches");
    }
}
