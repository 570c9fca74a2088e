using System.Diagnostics;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>Figures, not limits: how fast QoS 1 goes into the broker, with nothing stored. Build with -c Release for figures to quote.</summary>
[Trait("Category", "Long")]
public sealed class BrokerThroughputTests(ITestOutputHelper output)
{
    private const int Count = 200_000;
    private const int Ahead = 500;

    [Theory]
    [InlineData(false, "to Bridge alone")]
    [InlineData(true, "to Bridge and the durable queue of a connected subscriber")]
    public async Task QoS_1_in(bool subscribed, string what)
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var subscriber = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("s", clean: false, expiry: 60));
        var draining = Task.CompletedTask;
        if (subscribed)
        {
            await subscriber.SubscribeAsync("t/#");
            draining = DrainAsync(subscriber);
        }

        await using var publisher = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("p"));
        var clock = Stopwatch.StartNew();
        await PublishAsync(publisher);
        output.WriteLine($"{what}: {Count / clock.Elapsed.TotalSeconds:N0}/s in {broker.Memory.BatchSizes.Count(size => size > 0)} batches");
        await broker.ReceivedAsync(Count);
        await subscriber.DisposeAsync();
        await draining;
        output.WriteLine($"dropped: {string.Join(", ", broker.Memory.Dropped)}");
    }

    private static async Task PublishAsync(RawClient publisher)
    {
        var payload = new Payload(new byte[100]);
        var acknowledged = 0;
        for (var sent = 0; acknowledged < Count;)
        {
            var some = Math.Min(Math.Min(100, Ahead - (sent - acknowledged)), Count - sent);
            if (some > 0)
            {
                var first = sent;
                await publisher.SendAsync([.. Enumerable.Range(first, some).Select(i => new PublishPacket
                {
                    Topic = "t/x", Payload = payload, QoS = QoS.AtLeastOnce, PacketId = (ushort)((i % 60_000) + 1),
                })]);
                sent += some;
            }

            var least = sent == Count ? 1 : Math.Min(100, sent - acknowledged);
            for (var i = 0; i < least; i++, acknowledged++)
            {
                await publisher.ReadAsync<PubAckPacket>();
            }
        }
    }

    private static async Task DrainAsync(RawClient subscriber)
    {
        try
        {
            while (await subscriber.ReadAsync() is PublishPacket publish)
            {
                await subscriber.SendAsync(new PubAckPacket { PacketId = publish.PacketId });
            }
        }
        catch (Exception problem) when (problem is ObjectDisposedException or IOException or OperationCanceledException)
        {
            // The test is over.
        }
    }
}
