using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Broker;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>Which subscriber gets what.</summary>
public sealed class SubscriptionTests
{
    [Fact]
    public void The_tree_finds_what_the_filters_match_one_by_one()
    {
        var random = new Random(7);
        var session = new Session("s", username: null, firstPacketId: 1);
        for (var round = 0; round < 300; round++)
        {
            var tree = new SubscriptionTree();
            var filters = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Path(random, ["a", "b", "", "$x", "+", "#"])).Distinct()
                .Where(filter => Topic.FaultOfFilter(filter) is null).ToList();
            filters.ForEach(filter => tree.Set(session, new Grant(new Subscription(filter, QoS.AtLeastOnce), Identifier: 1)));
            foreach (var gone in filters.Where((_, i) => i % 3 == 2).ToList())
            {
                tree.Remove(session, gone);
                filters.Remove(gone);
            }

            for (var i = 0; i < 30; i++)
            {
                var topic = Path(random, ["a", "b", "", "$x", "c"]);
                var expected = topic.Length == 0 ? 0 : filters.Count(filter => Topic.Matches(filter, topic));
                var found = topic.Length == 0 ? 0 : tree.Find(topic, publisher: null, queue: 1).Sum(match => match.Identifiers.Count);
                Assert.True(expected == found, $"{topic}: {string.Join(' ', filters)}");
            }
        }
    }

    [Fact]
    public async Task Overlapping_subscriptions_give_one_copy_at_the_best_quality_with_all_identifiers()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));
        foreach (var (filter, qos, identifier) in (IEnumerable<(string, QoS, uint)>)[("a/#", QoS.AtMostOnce, 3), ("a/b", QoS.AtLeastOnce, 4)])
        {
            await client.SendAsync(new SubscribePacket
            {
                PacketId = 1,
                Subscriptions = [new Subscription(filter, qos)],
                Properties = new([MqttProperty.Of(PropertyId.SubscriptionIdentifier, identifier)]),
            });
            await client.ReadAsync<SubAckPacket>();
        }

        await broker.Send("a/b", "1");
        var message = await client.ReceiveAsync();
        Assert.Equal(QoS.AtLeastOnce, message.QoS);
        var identifiers = message.Properties.Items.Where(item => item.Id == PropertyId.SubscriptionIdentifier).Select(item => item.Number);
        Assert.Equal([3u, 4u], identifiers.Order());
        await client.NothingMoreAsync();
    }

    [Fact]
    public async Task Retained_messages_are_replayed_as_the_subscription_asks()
    {
        await using var broker = await RunningBroker.StartAsync();
        await broker.Send("a", "old", new Property("retain", "true"));
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));
        await client.SubscribeAsync(new Subscription("a", QoS.AtLeastOnce, RetainHandling: RetainHandling.Never));
        await client.NothingMoreAsync();
        await client.SubscribeAsync(new Subscription("a", QoS.AtLeastOnce, RetainHandling: RetainHandling.IfNew));
        await client.NothingMoreAsync();
        await client.SubscribeAsync(new Subscription("a", QoS.AtLeastOnce, RetainAsPublished: true));
        Assert.True((await client.ReceiveAsync()).Retain);
        await broker.Send("a", "new", new Property("retain", "true"));
        Assert.True((await client.ReceiveAsync()).Retain);
    }

    [Fact]
    public async Task No_more_is_sent_ahead_than_the_client_takes_and_nothing_larger()
    {
        await using var broker = await RunningBroker.StartAsync();
        var limits = new MqttProperties([MqttProperty.Of(PropertyId.ReceiveMaximum, 2), MqttProperty.Of(PropertyId.MaximumPacketSize, 1000)]);
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c") with { Properties = limits });
        await client.SubscribeAsync("a");
        await broker.Send("a", new string('x', 1000));
        foreach (var text in (string[])["1", "2", "3"])
        {
            await broker.Send("a", text);
        }

        var first = await client.ReadAsync<PublishPacket>();
        Assert.Equal("1", RawClient.TextOf(first));
        Assert.Equal("2", RawClient.TextOf(await client.ReadAsync<PublishPacket>()));
        await client.NothingMoreAsync();
        await client.SendAsync(new PubAckPacket { PacketId = first.PacketId });
        Assert.Equal("3", await client.ReceiveTextAsync());
        await broker.DroppedAsync("larger than its subscriber takes");
    }

    [Fact]
    public async Task A_message_that_expires_in_a_queue_is_not_delivered_and_counted()
    {
        await using var broker = await RunningBroker.StartAsync();
        var hello = RawClient.Hello("c", clean: false, expiry: 60);
        await using (var first = await RawClient.ConnectAsync(broker.Port, hello))
        {
            await first.SubscribeAsync("a");
        }

        var expired = RunningBroker.Data("a", "stale") with { Expires = TimeProvider.System.GetUtcNow().AddMilliseconds(-900) };
        await broker.Send(expired);
        await broker.Send("a", "fresh");
        await broker.UntilAsync(_ => TimeProvider.System.GetUtcNow() > expired.Expires!.Value.AddSeconds(2), "expired");
        await using var second = await RawClient.ConnectAsync(broker.Port, hello);
        Assert.Equal("fresh", await second.ReceiveTextAsync());
        await broker.DroppedAsync("expired");
    }

    private static string Path(Random random, string[] levels) =>
        string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => levels[random.Next(levels.Length)]));
}
