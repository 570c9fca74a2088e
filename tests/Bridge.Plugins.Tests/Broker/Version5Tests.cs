using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>What version 5 adds, packet by packet.</summary>
public sealed class Version5Tests
{
    [Fact]
    public async Task A_topic_alias_stands_for_its_topic_both_ways()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var client = await RawClient.ConnectAsync(broker.Port, With(RawClient.Hello("c"), MqttProperty.Of(PropertyId.TopicAliasMaximum, 1)));
        Assert.Equal(100u, client.Answer.Properties.Number(PropertyId.TopicAliasMaximum));
        await client.SubscribeAsync("#", QoS.AtMostOnce);
        await client.SendAsync(Aliased("a/long/topic", 7), Aliased("", 7), Aliased("another/long/one", 7), Aliased("", 7));
        var seen = new List<(string Topic, uint? Alias)>();
        while (seen.Count < 4)
        {
            var publish = await client.ReceiveAsync();
            seen.Add((publish.Topic, publish.Properties.Number(PropertyId.TopicAlias)));
        }

        Assert.Equal([("a/long/topic", 1u), ("", 1u), ("another/long/one", null), ("another/long/one", null)], seen);
        Assert.Equal(
            ["a/long/topic", "a/long/topic", "another/long/one", "another/long/one"], broker.Memory.Snapshot(events => events.Select(inbound => inbound.Address.Rest)).ToList());
        await client.SendAsync(Aliased("", 8));
        Assert.Equal(ReasonCode.ProtocolError, await client.ClosedAsync());
    }

    [Fact]
    public async Task What_belongs_to_a_message_passes_and_its_expiry_counts_down()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c", clean: false, expiry: 600));
        await client.SubscribeAsync("a");
        await client.DisconnectAsync();
        await using var publisher = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("p"));
        MqttProperty[] whole =
        [
            MqttProperty.Of(PropertyId.PayloadFormatIndicator, 1), MqttProperty.Of(PropertyId.ContentType, "text/plain"), MqttProperty.Of(PropertyId.ResponseTopic, "answer"),
            MqttProperty.Of(PropertyId.CorrelationData, Payload.FromText("7")), MqttProperty.User("b", "1"), MqttProperty.User("a", "2"), MqttProperty.User("b", "3"),
        ];
        await publisher.SendAsync(Publish([.. whole, MqttProperty.Of(PropertyId.MessageExpiryInterval, 100)], 1), Publish([MqttProperty.Of(PropertyId.MessageExpiryInterval, 10)], 2));
        await publisher.ReadAsync<PubAckPacket>();
        await publisher.ReadAsync<PubAckPacket>();
        broker.Clock.Advance(TimeSpan.FromSeconds(30));
        await using var back = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c", clean: false, expiry: 600));
        var publish = await back.ReceiveAsync();
        Assert.InRange(publish.Properties.Number(PropertyId.MessageExpiryInterval)!.Value, 60u, 70u);
        Assert.Equal(whole, publish.Properties.Items.Where(item => item.Id != PropertyId.MessageExpiryInterval));
        await back.NothingMoreAsync();
        await broker.DroppedAsync("a queued message expired");
    }

    [Fact]
    public async Task A_keep_alive_of_none_or_too_long_is_replaced_and_responses_have_a_place()
    {
        await using var broker = await RunningBroker.StartAsync(new() { Limits = new() { KeepAlive = TimeSpan.FromSeconds(90) } });
        await using var none = await RawClient.ConnectAsync(broker.Port, With(RawClient.Hello("c"), MqttProperty.Of(PropertyId.RequestResponseInformation, 1)));
        Assert.Equal((90u, "response/c"), (none.Answer.Properties.Number(PropertyId.ServerKeepAlive), none.Answer.Properties.Text(PropertyId.ResponseInformation)));
        await using var fine = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("d") with { KeepAlive = 60 });
        Assert.Null(fine.Answer.Properties.Number(PropertyId.ServerKeepAlive));
        Assert.Null(fine.Answer.Properties.Text(PropertyId.ResponseInformation));
    }

    [Fact]
    public async Task Reasons_in_words_come_only_to_those_who_want_them()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var open = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));
        Assert.NotNull((await open.SubscribeAsync("$share/x")).Properties.Text(PropertyId.ReasonString));
        await using var terse = await RawClient.ConnectAsync(broker.Port, With(RawClient.Hello("d"), MqttProperty.Of(PropertyId.RequestProblemInformation, 0)));
        Assert.Null((await terse.SubscribeAsync("$share/x")).Properties.Text(PropertyId.ReasonString));
    }

    [Fact]
    public async Task A_client_gets_no_more_ahead_than_it_takes_and_no_packet_larger_than_it_takes()
    {
        await using var broker = await RunningBroker.StartAsync();
        var small = With(RawClient.Hello("c"), MqttProperty.Of(PropertyId.ReceiveMaximum, 2), MqttProperty.Of(PropertyId.MaximumPacketSize, 200));
        await using var client = await RawClient.ConnectAsync(broker.Port, small);
        await client.SubscribeAsync("a");
        await broker.Send("a", new string('x', 300));
        for (var i = 0; i < 3; i++)
        {
            await broker.Send("a", $"{i}");
        }

        var first = await client.ReadAsync<PublishPacket>();
        await client.ReadAsync<PublishPacket>();
        await client.NothingMoreAsync();
        await client.SendAsync(new PubAckPacket { PacketId = first.PacketId });
        Assert.Equal("2", RawClient.TextOf(await client.ReadAsync<PublishPacket>()));
        await broker.DroppedAsync("larger than its subscriber takes");
    }

    [Fact]
    public async Task A_queue_is_bounded_in_bytes_too()
    {
        await using var broker = await RunningBroker.StartAsync(new() { Limits = new() { QueueBytes = new(10_000) } });
        var kept = RawClient.Hello("c", clean: false, expiry: 600);
        await using (var client = await RawClient.ConnectAsync(broker.Port, kept))
        {
            await client.SubscribeAsync("a");
            await client.DisconnectAsync();
        }

        foreach (var letter in "abcd")
        {
            await broker.Send("a", new string(letter, 4000));
        }

        await broker.DroppedAsync("the oldest message", 2);
        await using var back = await RawClient.ConnectAsync(broker.Port, kept);
        Assert.StartsWith("ccc", await back.ReceiveTextAsync(), StringComparison.Ordinal);
        Assert.StartsWith("ddd", await back.ReceiveTextAsync(), StringComparison.Ordinal);
        await back.NothingMoreAsync();
    }

    [Fact]
    public async Task The_broker_tells_of_itself_to_those_who_ask_by_name()
    {
        await using var broker = await RunningBroker.StartAsync(interests: ["#"]);
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));
        await client.SubscribeAsync(new Subscription("#", QoS.AtLeastOnce), new Subscription("$SYS/broker/+", QoS.AtLeastOnce), new Subscription("$SYS/broker/clients/connected", QoS.AtLeastOnce));
        var said = new Dictionary<string, string>();
        while (said.Count < 3)
        {
            var publish = await client.ReceiveAsync();
            Assert.True(publish.Retain);
            said[publish.Topic] = RawClient.TextOf(publish);
        }

        Assert.Matches("^Bridge [0-9]", said["$SYS/broker/version"]);
        Assert.Matches("^[0-9]+ seconds$", said["$SYS/broker/uptime"]);
        Assert.Equal("1", said["$SYS/broker/clients/connected"]);
        await client.PublishAsync("$SYS/broker/version", "mine", id: 1);
        Assert.Equal(ReasonCode.NotAuthorized, (await client.ReadAsync<PubAckPacket>()).Reason);
        Assert.Empty(broker.Texts);
    }

    [Fact]
    public async Task What_has_changed_is_told_every_ten_seconds()
    {
        await using var broker = await RunningBroker.StartAsync(interests: ["$SYS/broker/publish/messages/received"]);
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c"));
        string[] names = ["publish/messages/received", "bytes/sent", "load/publish/received/1min"];
        await client.SubscribeAsync(names.Select(name => new Subscription($"$SYS/broker/{name}", QoS.AtMostOnce)).ToArray());
        var first = await ReadAsync(names.Length);
        Assert.Equal("0", first["publish/messages/received"]);
        for (ushort id = 1; id <= 10; id++)
        {
            await client.PublishAsync("a", "x", id);
            await client.ReadAsync<PubAckPacket>();
        }

        broker.Clock.Advance(TimeSpan.FromSeconds(10));
        var next = await ReadAsync(names.Length);
        Assert.Equal("10", next["publish/messages/received"]);
        Assert.True(long.Parse(next["bytes/sent"]) >= long.Parse(first["bytes/sent"]) + 40, next["bytes/sent"]);
        Assert.InRange(double.Parse(next["load/publish/received/1min"]), 8, 10);
        Assert.Equal(["10"], broker.Texts);

        async Task<Dictionary<string, string>> ReadAsync(int count)
        {
            var said = new Dictionary<string, string>();
            while (said.Count < count)
            {
                var publish = await client.ReadAsync<PublishPacket>();
                said[publish.Topic["$SYS/broker/".Length..]] = RawClient.TextOf(publish);
            }

            return said;
        }
    }

    private static ConnectPacket With(ConnectPacket connect, params MqttProperty[] properties) =>
        connect with { Properties = new([.. connect.Properties.Items, .. properties]) };

    private static PublishPacket Aliased(string topic, uint alias) =>
        new() { Topic = topic, Payload = Payload.FromText("x"), Properties = new([MqttProperty.Of(PropertyId.TopicAlias, alias)]) };

    private static PublishPacket Publish(MqttProperty[] properties, ushort id) =>
        new() { Topic = "a", Payload = Payload.FromText("x"), QoS = QoS.AtLeastOnce, PacketId = id, Properties = new([.. properties]) };
}
