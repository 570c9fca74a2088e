using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>What the broker keeps of a client, packet by packet.</summary>
public sealed class SessionTests
{
    [Theory]
    [InlineData((int)ProtocolVersion.V5)]
    [InlineData((int)ProtocolVersion.V311)]
    public async Task A_kept_session_queues_what_was_published_while_its_client_was_away(int version)
    {
        await using var broker = await RunningBroker.StartAsync();
        await using (var first = await RawClient.ConnectAsync(broker.Port, Kept("s", (ProtocolVersion)version)))
        {
            Assert.False(first.Answer.SessionPresent);
            await first.SubscribeAsync("a/#");
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.IsType<SendResult.Delivered>(await broker.Send("a/b", i.ToString()));
        }

        await using var second = await RawClient.ConnectAsync(broker.Port, Kept("s", (ProtocolVersion)version));
        Assert.True(second.Answer.SessionPresent);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(i.ToString(), await second.ReceiveTextAsync());
        }
    }

    [Fact]
    public async Task What_was_not_acknowledged_comes_again_with_the_same_packet_id_and_marked_as_a_duplicate()
    {
        await using var broker = await RunningBroker.StartAsync();
        var packetIds = new List<ushort>();
        await using (var first = await RawClient.ConnectAsync(broker.Port, Kept("s")))
        {
            await first.SubscribeAsync("a");
            await broker.Send("a", "1");
            await broker.Send("a", "2");
            packetIds.Add((await first.ReadAsync<PublishPacket>()).PacketId);
            packetIds.Add((await first.ReadAsync<PublishPacket>()).PacketId);
        }

        await using var second = await RawClient.ConnectAsync(broker.Port, Kept("s"));
        foreach (var (text, id) in (IEnumerable<(string, ushort)>)[("1", packetIds[0]), ("2", packetIds[1])])
        {
            var again = await second.ReceiveAsync();
            Assert.True(again.Dup);
            Assert.Equal((text, id), (RawClient.TextOf(again), again.PacketId));
        }

        await second.NothingMoreAsync();
    }

    [Fact]
    public async Task Sessions_queues_and_retained_messages_survive_a_crash()
    {
        var broker = await RunningBroker.StartAsync();
        await using (var first = await RawClient.ConnectAsync(broker.Port, Kept("s/1")))
        {
            await first.SubscribeAsync(new Subscription("a/#", QoS.AtLeastOnce), new Subscription("b", QoS.AtMostOnce));
        }

        await using var publisher = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("p"));
        await publisher.PublishAsync("a/kept", "state", id: 1, retain: true);
        await publisher.ReadAsync<PubAckPacket>();
        await broker.Send("a/2", "from bridge");
        var survivor = broker.Survivor();
        await broker.DisposeAsync();

        await using var next = await RunningBroker.StartAsync(memory: survivor);
        await using var second = await RawClient.ConnectAsync(next.Port, Kept("s/1"));
        Assert.True(second.Answer.SessionPresent);
        Assert.Equal("state", await second.ReceiveTextAsync());
        Assert.Equal("from bridge", await second.ReceiveTextAsync());
        await second.NothingMoreAsync();
        await next.Send("b", "still subscribed");
        Assert.Equal("still subscribed", await second.ReceiveTextAsync());
        await using var third = await RawClient.ConnectAsync(next.Port, RawClient.Hello("t"));
        await third.SubscribeAsync("a/+");
        var retained = await third.ReceiveAsync();
        Assert.True(retained.Retain);
        Assert.Equal("state", RawClient.TextOf(retained));
    }

    [Fact]
    public async Task What_is_queued_after_a_restart_does_not_count_as_sent_after_the_next()
    {
        var first = await RunningBroker.StartAsync();
        await using (var client = await RawClient.ConnectAsync(first.Port, Kept("s")))
        {
            await client.SubscribeAsync("a");
            await first.Send("a", "before");
            Assert.Equal("before", await client.ReceiveTextAsync());
            await client.DisconnectAsync();
        }

        await first.DisposeAsync();
        var second = await RunningBroker.StartAsync(memory: first.Survivor());
        await second.Send("a", "after");
        await second.DisposeAsync();
        await using var third = await RunningBroker.StartAsync(memory: second.Survivor());
        await using var again = await RawClient.ConnectAsync(third.Port, Kept("s"));
        var message = await again.ReceiveAsync();
        Assert.Equal(("after", false), (RawClient.TextOf(message), message.Dup));
    }

    [Fact]
    public async Task Acknowledged_queue_entries_and_ended_sessions_leave_nothing_behind()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using (var client = await RawClient.ConnectAsync(broker.Port, Kept("s")))
        {
            await client.SubscribeAsync("a");
            await broker.Send("a", "1");
            await client.ReceiveAsync();
            await broker.UntilAsync(memory => !memory.State.Keys.Any(key => key.StartsWith("queue/", StringComparison.Ordinal)), "removed");
        }

        await broker.Send("a", "2");
        await using var clean = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("s", clean: true));
        Assert.False(clean.Answer.SessionPresent);
        await clean.NothingMoreAsync();
        Assert.Empty(broker.Memory.State);
    }

    [Fact]
    public async Task A_second_connection_takes_the_session_over()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using var first = await RawClient.ConnectAsync(broker.Port, Kept("s"));
        await first.SubscribeAsync("a");
        await using var second = await RawClient.ConnectAsync(broker.Port, Kept("s"));
        Assert.True(second.Answer.SessionPresent);
        Assert.Equal(ReasonCode.SessionTakenOver, await first.ClosedAsync());
        await broker.Send("a", "1");
        Assert.Equal("1", await second.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_session_ends_when_its_expiry_has_passed()
    {
        await using var broker = await RunningBroker.StartAsync();
        await using (var first = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("s", clean: false, expiry: 1)))
        {
            await first.SubscribeAsync("a");
        }

        await broker.UntilAsync(memory => memory.State.IsEmpty, "expired");
        await using var second = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("s", clean: false, expiry: 1));
        Assert.False(second.Answer.SessionPresent);
    }

    [Fact]
    public async Task A_full_queue_loses_its_oldest_and_counts_them()
    {
        await using var broker = await RunningBroker.StartAsync(new() { Limits = new() { Queue = 10 } });
        await using (var first = await RawClient.ConnectAsync(broker.Port, Kept("s")))
        {
            await first.SubscribeAsync("a");
            await first.DisconnectAsync();
        }

        for (var i = 0; i < 15; i++)
        {
            await broker.Send("a", i.ToString());
        }

        await broker.DroppedAsync("its queue is full", 5);
        await using var second = await RawClient.ConnectAsync(broker.Port, Kept("s"));
        for (var i = 5; i < 15; i++)
        {
            Assert.Equal(i.ToString(), await second.ReceiveTextAsync());
        }

        await second.NothingMoreAsync();
    }

    [Fact]
    public async Task Bridge_waits_for_a_connected_subscriber_with_a_full_queue_and_loses_nothing()
    {
        await using var broker = await RunningBroker.StartAsync(new() { Limits = new() { Queue = 10 } });
        await using var client = await RawClient.ConnectAsync(broker.Port, Kept("s"));
        await client.SubscribeAsync("a");
        var sends = Enumerable.Range(0, 1000).Select(i => broker.Send("a", i.ToString())).ToList();
        await sends[100];
        Assert.False(sends[999].IsCompleted);
        await broker.Send("b", "another topic does not wait");
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(i.ToString(), await client.ReceiveTextAsync());
        }

        Assert.All(await Task.WhenAll(sends), result => Assert.IsType<SendResult.Delivered>(result));
        Assert.Empty(broker.Memory.Dropped);
    }

    [Fact]
    public async Task What_is_given_up_while_it_waits_is_not_published_later_nor_is_what_follows_it()
    {
        await using var broker = await RunningBroker.StartAsync(new() { Limits = new() { Queue = 1 } });
        await using var client = await RawClient.ConnectAsync(
            broker.Port, RawClient.Hello("s") with { Properties = new([MqttProperty.Of(PropertyId.ReceiveMaximum, 1)]) });
        await client.SubscribeAsync("a");
        await broker.Send("a", "in flight");
        await broker.Send("a", "fills the queue");
        using var patience = new CancellationTokenSource();
        var third = broker.SendAsync(RunningBroker.Data("a", "third"), patience.Token);
        var fourth = broker.Send("a", "fourth");
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.IsType<SendResult.Deferred>(await fourth);

        var again = new[] { broker.Send("a", "third"), broker.Send("a", "fourth") };
        foreach (var text in (string[])["in flight", "fills the queue", "third", "fourth"])
        {
            Assert.Equal(text, await client.ReceiveTextAsync());
        }

        await Task.WhenAll(again);
        await client.NothingMoreAsync();
    }

    [Fact]
    public async Task Nobody_else_takes_over_the_session_of_a_user()
    {
        var users = new Dictionary<string, EmbeddedUser> { ["anna"] = new() { Password = new Secret("pa") }, ["ben"] = new() { Password = new Secret("pb") } };
        await using var broker = await RunningBroker.StartAsync(new() { Users = users });
        await using var anna = await RawClient.ConnectAsync(broker.Port, Kept("s") with { Username = "anna", Password = Payload.FromText("pa") });
        Assert.Equal(ReasonCode.Success, anna.Answer.Reason);
        await using var ben = await RawClient.ConnectAsync(broker.Port, Kept("s") with { Username = "ben", Password = Payload.FromText("pb") });
        Assert.Equal(ReasonCode.NotAuthorized, ben.Answer.Reason);
        await anna.NothingMoreAsync();
    }

    private static ConnectPacket Kept(string clientId, ProtocolVersion version = ProtocolVersion.V5) =>
        RawClient.Hello(clientId, clean: false, expiry: version == ProtocolVersion.V5 ? 3600 : null, version);
}
