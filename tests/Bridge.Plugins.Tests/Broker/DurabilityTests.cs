using System.Collections.Immutable;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;
using Bridge.Plugins.Tests.Mqtt;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>Stored before acknowledged: what goes to the inbox with what, and what is answered when.</summary>
public sealed class DurabilityTests
{
    [Fact]
    public async Task A_publish_is_acknowledged_after_its_batch_is_stored_and_not_before()
    {
        var stored = new TaskCompletionSource();
        var memory = new HostMemory { BeforeCommit = batch => batch.Events.Count > 0 ? stored.Task : Task.CompletedTask };
        await using var broker = await RunningBroker.StartAsync(memory: memory);
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("p"));
        await client.PublishAsync("a", "1", id: 1);
        await client.PublishAsync("a", "2", id: 2);
        await client.NothingMoreAsync();
        stored.SetResult();
        Assert.Equal(1, (await client.ReadAsync<PubAckPacket>()).PacketId);
        Assert.Equal(2, (await client.ReadAsync<PubAckPacket>()).PacketId);
    }

    [Fact]
    public async Task One_transaction_holds_the_event_the_queue_entries_and_the_retained_message()
    {
        InboundBatch? batch = null;
        var memory = new HostMemory { BeforeCommit = committing => Task.FromResult(batch = committing.Events.Count > 0 ? committing : batch) };
        await using var broker = await RunningBroker.StartAsync(memory: memory);
        foreach (var id in (string[])["s1", "s2"])
        {
            await using var session = await RawClient.ConnectAsync(broker.Port, RawClient.Hello(id, clean: false, expiry: 60));
            await session.SubscribeAsync("a");
        }

        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("p"));
        await client.PublishAsync("a", "1", id: 1, retain: true);
        await client.ReadAsync<PubAckPacket>();
        Assert.Single(batch!.Events);
        var keys = batch.State.Where(change => change.Value is not null).Select(change => change.Key).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(3, keys.Count);
        Assert.EndsWith("/s1", keys[0], StringComparison.Ordinal);
        Assert.EndsWith("/s2", keys[1], StringComparison.Ordinal);
        Assert.Equal("retained/a", keys[2]);
    }

    [Fact]
    public async Task When_a_batch_cannot_be_stored_nothing_is_acknowledged_and_the_run_ends()
    {
        var memory = new HostMemory { BeforeCommit = batch => batch.Events.Count > 0 ? throw new IOException("disk full") : Task.CompletedTask };
        await using var broker = await RunningBroker.StartAsync(memory: memory);
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("p"));
        await client.PublishAsync("a", "1", id: 1, retain: true);
        Assert.Equal(ReasonCode.ServerShuttingDown, await client.ClosedAsync());
        await Assert.ThrowsAsync<IOException>(() => broker.Running);
        Assert.Empty(memory.State);
    }

    [Fact]
    public async Task A_publish_repeated_after_a_crash_is_acknowledged_and_not_an_event_again()
    {
        var broker = await RunningBroker.StartAsync();
        var hello = RawClient.Hello("p", clean: false, expiry: 60);
        await using (var first = await RawClient.ConnectAsync(broker.Port, hello))
        {
            // So many in sequence show how the client numbers.
            for (ushort id = 1; id <= 1500; id++)
            {
                await first.PublishAsync("a", id.ToString(), id);
                await first.ReadAsync<PubAckPacket>();
            }
        }

        var survivor = broker.Survivor();
        await broker.DisposeAsync();
        await using var next = await RunningBroker.StartAsync(memory: survivor);
        await using var second = await RawClient.ConnectAsync(next.Port, hello);
        await second.PublishAsync("a", "1500", 1500, dup: true);
        await second.PublishAsync("a", "1501", 1501, dup: true);
        Assert.Equal(1500, (await second.ReadAsync<PubAckPacket>()).PacketId);
        Assert.Equal(1501, (await second.ReadAsync<PubAckPacket>()).PacketId);
        Assert.Equal(["1501"], next.Texts);
    }

    [Fact]
    public async Task A_subscriber_sees_nothing_that_is_not_stored()
    {
        var stored = new TaskCompletionSource();
        var memory = new HostMemory { BeforeCommit = batch => batch.Events.Count > 0 ? stored.Task : Task.CompletedTask };
        await using var broker = await RunningBroker.StartAsync(memory: memory);
        await using var subscriber = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("s"));
        await subscriber.SubscribeAsync("a");
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("p"));
        await client.PublishAsync("a", "1", id: 1);
        await client.NothingMoreAsync();
        await subscriber.NothingMoreAsync();
        stored.SetResult();
        Assert.Equal("1", await subscriber.ReceiveTextAsync());
    }

    [Fact]
    public async Task Only_what_a_route_listens_to_becomes_an_event()
    {
        await using var broker = await RunningBroker.StartAsync(interests: ["a/#"]);
        await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("p"));
        await client.PublishAsync("b", "1", id: 1);
        await client.PublishAsync("a/x", "2", id: 2);
        await client.ReadAsync<PubAckPacket>();
        await client.ReadAsync<PubAckPacket>();
        Assert.Equal(["2"], broker.Texts);
    }

    [Fact]
    public async Task The_will_of_a_kept_session_survives_a_crash_and_waits_for_its_client()
    {
        var broker = await RunningBroker.StartAsync();
        var hello = RawClient.Hello("c", clean: false, expiry: 60) with
        {
            KeepAlive = 1,
            Will = new Will { Topic = "gone", Payload = Payload.FromText("offline"), QoS = QoS.AtLeastOnce },
        };
        var client = await RawClient.ConnectAsync(broker.Port, hello);
        var survivor = broker.Survivor();
        await broker.DisposeAsync();
        await client.DisposeAsync();
        Assert.Empty(broker.Texts);
        await using var next = await RunningBroker.StartAsync(memory: survivor);
        await next.ReceivedAsync(1);
        Assert.Equal(["offline"], next.Texts);
    }

    [Fact]
    public async Task A_session_of_the_first_version_comes_back_with_its_subscriptions_and_each_gets_a_row()
    {
        // As written before subscriptions had rows of their own: CONNECT, SUBSCRIBE to a/#, SUBSCRIBE to b with identifier 7; and one message that waits.
        var memory = new HostMemory
        {
            State = ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty.WithComparers(StringComparer.Ordinal)
                .Add("session/old", Convert.FromHexString(
                    "010000019AA4B64500" + "101F00044D515454050000000F11FFFFFFFF26000473656E7400013000036F6C64"
                    + "82090001000003612F2301" + "82090001020B0700016202"))
                .Add("queue/0000000000000009/old", Convert.FromHexString("010000000000000000" + "320E" + "0003612F78000900" + "776169746564")),
        };
        for (var run = 0; run < 2; run++)
        {
            await using var broker = await RunningBroker.StartAsync(memory: memory);
            await using var client = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("old", clean: false, expiry: uint.MaxValue));
            Assert.True(client.Answer.SessionPresent);
            if (run == 0)
            {
                Assert.Equal("waited", await client.ReceiveTextAsync());
            }

            await broker.Send("a/y", "new");
            Assert.Equal("new", await client.ReceiveTextAsync());
            await broker.Send("b", "numbered", new Property("qos", "2"));
            var numbered = await client.ReceiveAsync();
            Assert.Equal((7u, QoS.ExactlyOnce), (numbered.Properties.Number(PropertyId.SubscriptionIdentifier), numbered.QoS));
            Assert.Equal(2, memory.State.Keys.Count(key => key.StartsWith("granted/", StringComparison.Ordinal)));
            await client.DisconnectAsync();
        }
    }
}
