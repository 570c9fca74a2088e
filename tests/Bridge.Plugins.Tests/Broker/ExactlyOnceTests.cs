using Bridge.Plugin.Mqtt.Protocol;
using Bridge.Plugins.Tests.Mqtt;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>QoS 2: each message once, in both directions, over connections and crashes.</summary>
public sealed class ExactlyOnceTests
{
    private static readonly ConnectPacket s_kept = RawClient.Hello("kept", clean: false, expiry: 3600);

    [Fact]
    public async Task A_publish_is_received_after_its_batch_is_stored_and_not_before()
    {
        var stored = new TaskCompletionSource();
        var memory = new HostMemory { BeforeCommit = batch => batch.Events.Count > 0 ? stored.Task : Task.CompletedTask };
        await using var broker = await RunningBroker.StartAsync(memory: memory);
        await using var client = await RawClient.ConnectAsync(broker.Port, s_kept);
        await client.SendAsync(RawClient.Once("a", "1", 5));
        await client.NothingMoreAsync();
        stored.SetResult();
        Assert.Equal(5, (await client.ReadAsync<PubRecPacket>()).PacketId);
        Assert.Contains(memory.State.Keys, key => key.StartsWith("received/", StringComparison.Ordinal));
        await client.SendAsync(new PubRelPacket { PacketId = 5 });
        await client.ReadAsync<PubCompPacket>();
        Assert.DoesNotContain(memory.State.Keys, key => key.StartsWith("received/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_publish_repeated_over_a_crash_is_one_event_and_its_id_then_serves_another()
    {
        var broker = await RunningBroker.StartAsync();
        await using (var first = await RawClient.ConnectAsync(broker.Port, s_kept))
        {
            await first.SendAsync(RawClient.Once("a", "1", 5));
            await first.ReadAsync<PubRecPacket>();
        }

        var survivor = broker.Survivor();
        await broker.DisposeAsync();
        await using var next = await RunningBroker.StartAsync(memory: survivor);
        await using var second = await RawClient.ConnectAsync(next.Port, s_kept);
        await second.SendAsync(RawClient.Once("a", "1", 5, dup: true));
        Assert.Equal(ReasonCode.Success, (await second.ReadAsync<PubRecPacket>()).Reason);
        await second.SendAsync(new PubRelPacket { PacketId = 5 }, new PubRelPacket { PacketId = 5 });
        Assert.Equal(ReasonCode.Success, (await second.ReadAsync<PubCompPacket>()).Reason);
        Assert.Equal(ReasonCode.PacketIdentifierNotFound, (await second.ReadAsync<PubCompPacket>()).Reason);
        Assert.Empty(next.Texts);
        Assert.Equal((ReasonCode.Success, ReasonCode.Success), await second.PublishOnceAsync("a", "2", 5));
        Assert.Equal(["2"], next.Texts);
    }

    [Fact]
    public async Task A_delivery_goes_on_where_it_stood_over_a_crash()
    {
        var broker = await RunningBroker.StartAsync();
        ushort released, repeated;
        await using (var first = await RawClient.ConnectAsync(broker.Port, s_kept))
        {
            await first.SubscribeAsync("a", QoS.ExactlyOnce);
            await using var publisher = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("p"));
            await publisher.PublishOnceAsync("a", "1", 1);
            await publisher.PublishOnceAsync("a", "2", 2);
            released = (await first.ReadAsync<PublishPacket>()).PacketId;
            repeated = (await first.ReadAsync<PublishPacket>()).PacketId;
            await first.SendAsync(new PubRecPacket { PacketId = released });
            Assert.Equal(released, (await first.ReadAsync<PubRelPacket>()).PacketId);
        }

        var survivor = broker.Survivor();
        await broker.DisposeAsync();
        await using var next = await RunningBroker.StartAsync(memory: survivor);
        await using var second = await RawClient.ConnectAsync(next.Port, s_kept);
        Assert.True(second.Answer.SessionPresent);
        Assert.Equal(released, (await second.ReadAsync<PubRelPacket>()).PacketId);
        var again = await second.ReadAsync<PublishPacket>();
        Assert.Equal(("2", repeated, true), (RawClient.TextOf(again), again.PacketId, again.Dup));
        await second.SendAsync(new PubCompPacket { PacketId = released }, new PubRecPacket { PacketId = repeated });
        Assert.Equal(repeated, (await second.ReadAsync<PubRelPacket>()).PacketId);
        await second.SendAsync(new PubCompPacket { PacketId = repeated });
        await next.UntilAsync(memory => !memory.State.Keys.Any(key => key.StartsWith("queue/", StringComparison.Ordinal)), "an empty queue");
    }

    [Fact]
    public async Task That_the_subscriber_has_it_is_stored_before_it_is_told_so()
    {
        var stored = new TaskCompletionSource();
        var released = false;
        var memory = new HostMemory { BeforeCommit = _ => Volatile.Read(ref released) ? stored.Task : Task.CompletedTask };
        await using var broker = await RunningBroker.StartAsync(memory: memory);
        await using var client = await RawClient.ConnectAsync(broker.Port, s_kept);
        await client.SubscribeAsync("a", QoS.ExactlyOnce);
        await using var publisher = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("p"));
        await publisher.PublishOnceAsync("a", "1", 1);
        var publish = await client.ReadAsync<PublishPacket>();
        Volatile.Write(ref released, true);
        await client.SendAsync(new PubRecPacket { PacketId = publish.PacketId });
        await client.NothingMoreAsync();
        stored.SetResult();
        await client.ReadAsync<PubRelPacket>();
    }

    [Fact]
    public async Task A_message_that_expired_unanswered_frees_its_packet_id_before_another_takes_it()
    {
        await using var broker = await RunningBroker.StartAsync();
        ushort id;
        await using (var first = await RawClient.ConnectAsync(broker.Port, s_kept))
        {
            await first.SubscribeAsync("a", QoS.ExactlyOnce);
            await using var publisher = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("p"));
            await publisher.SendAsync(RawClient.Once("a", "1", 1) with { Properties = new([MqttProperty.Of(PropertyId.MessageExpiryInterval, 5)]) });
            await publisher.ReadAsync<PubRecPacket>();
            id = (await first.ReadAsync<PublishPacket>()).PacketId;
        }

        broker.Clock.Advance(TimeSpan.FromSeconds(6));
        await using var second = await RawClient.ConnectAsync(broker.Port, s_kept);
        Assert.Equal(id, (await second.ReadAsync<PubRelPacket>()).PacketId);
        await second.SendAsync(new PubCompPacket { PacketId = id, Reason = ReasonCode.PacketIdentifierNotFound });
        await second.NothingMoreAsync();
    }
}
