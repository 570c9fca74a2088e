using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>Groups that share a subscription (MQTT 5 section 4.8.2); 3.1.1 may too.</summary>
public sealed class SharedSubscriptionTests
{
    [Fact]
    public async Task Each_message_goes_to_one_member_in_turn_and_to_all_who_subscribe_alone()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var first = await ConnectAsync(broker, "first", "$share/g/a/+");
        await using var second = await ConnectAsync(broker, "second", "$share/g/a/+");
        await using var old = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("old", version: ProtocolVersion.V311));
        await old.SubscribeAsync("$share/other/a/#");
        await using var alone = await ConnectAsync(broker, "alone", "a/1");
        for (var i = 0; i < 4; i++)
        {
            await broker.Send("a/1", $"{i}");
        }

        Assert.Equal(["0", "2"], await TextsAsync(first, 2));
        Assert.Equal(["1", "3"], await TextsAsync(second, 2));
        Assert.Equal(["0", "1", "2", "3"], await TextsAsync(old, 4));
        Assert.Equal(["0", "1", "2", "3"], await TextsAsync(alone, 4));
        await first.SendAsync(new UnsubscribePacket { PacketId = 9, Filters = ["$share/g/a/+"] });
        Assert.Equal(ReasonCode.Success, (await first.ReadAsync<UnsubAckPacket>()).Reasons[0]);
        await broker.Send("a/1", "4");
        await broker.Send("a/1", "5");
        Assert.Equal(["4", "5"], await TextsAsync(second, 2));
        await first.NothingMoreAsync();
    }

    [Fact]
    public async Task A_member_that_is_connected_comes_before_one_that_is_away_and_the_last_one_keeps_what_comes()
    {
        await using var broker = await RunningBroker.StartAsync();
        var kept = RawClient.Hello("kept", clean: false, expiry: 60);
        await using (var away = await RawClient.ConnectAsync(broker.Port, kept))
        {
            await away.SubscribeAsync("$share/g/a");
            await away.DisconnectAsync();
        }

        await using (var here = await ConnectAsync(broker, "here", "$share/g/a"))
        {
            await broker.Send("a", "1");
            await broker.Send("a", "2");
            Assert.Equal(["1", "2"], await TextsAsync(here, 2));
            await here.DisconnectAsync();
        }

        await broker.Send("a", "3");
        await using var back = await RawClient.ConnectAsync(broker.Port, kept);
        Assert.Equal("3", await back.ReceiveTextAsync());
    }

    [Fact]
    public async Task Retained_messages_are_not_replayed_to_a_group_and_nonsense_is_refused()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));
        await client.PublishAsync("a", "old", id: 1, retain: true);
        await client.ReadAsync<PubAckPacket>();
        string[] filters = ["$share/g/a", "$share/g", "$share//a", "$share/+/a", "$share/g/"];
        var answer = await client.SubscribeAsync(filters.Select(filter => new Subscription(filter, QoS.AtLeastOnce)).ToArray());
        Assert.Equal([ReasonCode.GrantedQoS1, .. Enumerable.Repeat(ReasonCode.TopicFilterInvalid, 4)], answer.Reasons);
        Assert.Contains("$share/group/filter", answer.Properties.Text(PropertyId.ReasonString), StringComparison.Ordinal);
        await client.NothingMoreAsync();
        await client.SendAsync(new SubscribePacket { PacketId = 8, Subscriptions = [new Subscription("$share/g/b", QoS.AtLeastOnce, NoLocal: true)] });
        Assert.Equal(ReasonCode.ProtocolError, await client.ClosedAsync());
    }

    [Fact]
    public async Task What_a_member_leaves_unacknowledged_goes_to_another_when_its_session_ends()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var first = await ConnectAsync(broker, "first", "$share/g/a");
        await broker.Send("a", "1");
        await broker.Send("a", "2");
        await first.ReadAsync<PublishPacket>();
        await first.ReadAsync<PublishPacket>();
        await using var second = await ConnectAsync(broker, "second", "$share/g/a");
        await first.DisposeAsync();
        Assert.Equal(["1", "2"], await TextsAsync(second, 2));
    }

    private static async Task<RawClient> ConnectAsync(RunningBroker broker, string id, string filter)
    {
        var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello(id));
        Assert.Equal(ReasonCode.GrantedQoS1, (await client.SubscribeAsync(filter)).Reasons[0]);
        return client;
    }

    private static async Task<List<string>> TextsAsync(RawClient client, int count)
    {
        var texts = new List<string>();
        while (texts.Count < count)
        {
            texts.Add(await client.ReceiveTextAsync());
        }

        return texts;
    }
}
