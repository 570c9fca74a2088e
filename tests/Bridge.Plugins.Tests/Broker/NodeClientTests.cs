using Bridge.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>The broker with the npm package mqtt, which most JavaScript programs use.</summary>
public sealed class NodeClientTests
{
    [Theory]
    [InlineData("5", 0)]
    [InlineData("5", 1)]
    [InlineData("3.1.1", 0)]
    [InlineData("3.1.1", 1)]
    public async Task Messages_pass_from_client_to_bridge_and_to_another_client(string protocol, int qos)
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var subscriber = await NodeClient.ConnectAsync(broker.Port, protocol, new { clientId = "s" });
        Assert.Equal(qos, (int)(await subscriber.SubscribeAsync("a/+/🎈", new { qos }))["result"]![0]!);
        await using var publisher = await NodeClient.ConnectAsync(broker.Port, protocol, new { clientId = "p" });
        for (var i = 0; i < 20; i++)
        {
            Assert.Null((await publisher.PublishAsync("a/ß/🎈", i.ToString(), new { qos }))["error"]);
        }

        await broker.ReceivedAsync(20);
        await broker.Send("a/b/🎈", "from bridge", new Property("qos", qos.ToString()));
        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => i.ToString()), "from bridge"], await subscriber.TextsAsync(21));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i.ToString()), broker.Texts);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task A_flood_of_QoS_1_arrives_whole_and_in_order(string protocol)
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var publisher = await NodeClient.ConnectAsync(broker.Port, protocol, new { clientId = "p" });
        await publisher.FloodAsync("flood", 5000);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => i.ToString()), broker.Texts);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task A_kept_session_waits_for_its_client_over_a_crash(string protocol)
    {
        var session = new { clientId = "keeper", clean = false, properties = protocol == "5" ? new { sessionExpiryInterval = 3600 } : null };
        var broker = await RunningBroker.StartAsync();
        await using (var first = await NodeClient.ConnectAsync(broker.Port, protocol, session))
        {
            Assert.False((bool)first.Answer["present"]!);
            await first.SubscribeAsync("a", new { qos = 1 });
            await first.EndAsync();
        }

        await broker.Send("a", new string('x', 300_000));
        await broker.Send("a", "small");
        var survivor = broker.Survivor();
        await broker.DisposeAsync();
        await using var next = await RunningBroker.StartAsync(memory: survivor);
        await using var second = await NodeClient.ConnectAsync(next.Port, protocol, session);
        Assert.True((bool)second.Answer["present"]!);
        Assert.Equal(["300000 x x", "small"], await second.TextsAsync(2));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task A_broken_connection_publishes_the_will(string protocol)
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var watcher = await NodeClient.ConnectAsync(broker.Port, protocol, new { clientId = "w" });
        await watcher.SubscribeAsync("gone", new { qos = 1 });
        await using var client = await NodeClient.ConnectAsync(broker.Port, protocol, new { clientId = "c", will = new { topic = "gone", payload = "offline", qos = 1 } });
        await client.DestroyAsync();
        Assert.Equal("offline", (string)(await watcher.MessageAsync())["message"]!);
        Assert.Equal(["offline"], broker.Texts);
    }

    [Fact]
    public async Task Version_5_learns_the_limits_and_sees_its_subscription_identifiers()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var client = await NodeClient.ConnectAsync(broker.Port, "5", new { clientId = "" });
        var offered = client.Answer["properties"]!;
        Assert.Equal((1000, 1_000_000, 100), ((int)offered["receiveMaximum"]!, (int)offered["maximumPacketSize"]!, (int)offered["topicAliasMaximum"]!));
        Assert.StartsWith("auto-", (string)offered["assignedClientIdentifier"]!, StringComparison.Ordinal);
        await client.SubscribeAsync("a/#", new { qos = 1, properties = new { subscriptionIdentifier = 5 } });
        await client.SubscribeAsync("own", new { qos = 1, nl = true });
        await client.PublishAsync("own", "not for me", new { qos = 1 });
        await broker.Send("a/b", "1");
        var message = await client.MessageAsync();
        Assert.Equal(("1", 5), ((string)message["message"]!, (int)message["properties"]!["subscriptionIdentifier"]!));
    }

    [Fact]
    public async Task A_client_that_is_taken_over_is_told_so()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var first = await NodeClient.ConnectAsync(broker.Port, "5", new { clientId = "same" });
        await using var second = await NodeClient.ConnectAsync(broker.Port, "5", new { clientId = "same" });
        Assert.Equal(0x8E, (int)(await first.EventAsync("disconnect"))["disconnect"]!);
        Assert.Null((await second.PublishAsync("a", "b", new { qos = 1 }))["error"]);
    }
}
