using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;
using static Bridge.Plugins.Tests.Mqtt.ScriptedBroker.Connection;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>What the client promises about what it receives.</summary>
public sealed class ClientReceivingTests
{
    [Fact]
    public async Task Packets_of_one_read_are_one_batch_and_are_acknowledged_in_order_after_the_commit()
    {
        using var broker = new ScriptedBroker();
        var commit = new TaskCompletionSource();
        var memory = new HostMemory { BeforeCommit = batch => batch.Events.Count > 1 ? commit.Task : Task.CompletedTask };
        await using var endpoint = new RunningEndpoint(Options(broker), ["a"], memory);
        using var connection = await broker.WelcomeAsync();
        await connection.WriteAsync(Publish(1, "x"));
        await connection.ReadAsync<PubAckPacket>();
        await connection.AnswerPingAsync();
        await connection.WriteAsync(Enumerable.Range(2, 50).Select(i => (MqttPacket)Publish((ushort)i, "x")).ToArray());

        // The next packet of the client is this publish: nothing was acknowledged before the commit.
        await endpoint.ConnectedAsync();
        var sent = endpoint.Send(RunningEndpoint.Data("out", "y"));
        await connection.ReadAsync<PublishPacket>();
        commit.SetResult();
        for (var i = 2; i <= 51; i++)
        {
            Assert.Equal(i, (await connection.ReadAsync<PubAckPacket>()).PacketId);
        }

        Assert.Contains(50, memory.BatchSizes);
        await connection.WriteAsync(new PubAckPacket { PacketId = 2 });
        Assert.IsType<SendResult.Delivered>(await sent);
    }

    [Fact]
    public async Task A_new_session_begins_with_few_until_the_broker_has_shown_how_it_numbers()
    {
        using var broker = new ScriptedBroker();
        var memory = new HostMemory();
        await using var endpoint = new RunningEndpoint(Options(broker), ["a"], memory);
        using var connection = await broker.WelcomeAsync();
        await connection.WriteAsync(Enumerable.Range(1, 100).Select(i => (MqttPacket)Publish((ushort)i, "x")).ToArray());
        Assert.Equal(1, (await connection.ReadAsync<PubAckPacket>()).PacketId);
        await connection.AnswerPingAsync();
        Assert.Equal(2, (await connection.ReadAsync<PubAckPacket>()).PacketId);
        Assert.Equal(3, (await connection.ReadAsync<PubAckPacket>()).PacketId);

        // It has the first acknowledgement, and goes on with 101 instead of 1.
        await connection.WriteAsync(Publish(101, "x"));
        await endpoint.ReceivedAsync(101);
        Assert.Equal([1, 2, 98], memory.BatchSizes.Where(size => size > 0));
    }

    [Fact]
    public async Task A_failed_commit_drops_the_connection_without_an_acknowledgement()
    {
        using var broker = new ScriptedBroker();
        var failures = 1;
        var memory = new HostMemory
        {
            BeforeCommit = batch => batch.Events.Count > 0 && failures-- > 0 ? Task.FromException(new IOException("disk full")) : Task.CompletedTask,
        };
        await using var endpoint = new RunningEndpoint(Options(broker), ["a"], memory);
        using (var connection = await broker.WelcomeAsync())
        {
            await connection.WriteAsync(Publish(1, "x"));
            Assert.Null(await connection.ReadAsync());
        }

        using var again = await broker.WelcomeAsync(sessionPresent: true);
        await again.WriteAsync(Publish(1, "x", dup: true));
        Assert.Equal(1, (await again.ReadAsync<PubAckPacket>()).PacketId);
        Assert.Equal(["x"], endpoint.Texts);
    }

    [Fact]
    public async Task A_repeat_after_a_crash_between_commit_and_acknowledgement_is_no_second_event()
    {
        using var broker = new ScriptedBroker();
        var memory = new HostMemory();
        var options = Options(broker) with { ReceiveMaximum = 10 };
        await using (var first = new RunningEndpoint(options, ["a"], memory))
        {
            using var connection = await broker.WelcomeAsync();
            for (ushort id = 1; id <= 20; id++)
            {
                await connection.WriteAsync(Publish(id, "x"));
                await connection.ReadAsync<PubAckPacket>();
            }
        }

        // A new process. The broker did not get the last two acknowledgements, and has one message more.
        await using var second = new RunningEndpoint(options, ["a"], memory);
        using var again = await broker.WelcomeAsync(sessionPresent: true);
        await again.WriteAsync(Publish(19, "x", dup: true), Publish(20, "x", dup: true), Publish(21, "x"));
        foreach (var id in (ushort[])[19, 20, 21])
        {
            Assert.Equal(id, (await again.ReadAsync<PubAckPacket>()).PacketId);
        }

        Assert.Equal(21, second.Texts.Count);
        Assert.Equal(2, Assert.Single(memory.Dropped).Value);
    }

    [Fact]
    public async Task A_new_session_at_the_broker_forgets_the_old_one_here()
    {
        using var broker = new ScriptedBroker();
        var memory = new HostMemory();
        var options = Options(broker) with { ReceiveMaximum = 1 };
        await using (var first = new RunningEndpoint(options, ["a"], memory))
        {
            using var connection = await broker.WelcomeAsync();
            for (ushort id = 1; id <= 5; id++)
            {
                await connection.WriteAsync(Publish(id, "x"));
                await connection.ReadAsync<PubAckPacket>();
            }
        }

        await using var second = new RunningEndpoint(options, ["a"], memory);
        using var again = await broker.WelcomeAsync(sessionPresent: false);
        await again.WriteAsync(Publish(5, "x", dup: true));
        await again.ReadAsync<PubAckPacket>();
        Assert.Equal(6, second.Texts.Count);
    }

    [Fact]
    public async Task A_broker_that_exceeds_our_receive_maximum_is_borne_within_the_window()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker) with { ReceiveMaximum = 3 }, ["a"], window: 10);
        using var connection = await broker.WelcomeAsync();
        await connection.WriteAsync([.. Enumerable.Range(1, 100).Select(i => Publish((ushort)i, "x"))]);
        for (var i = 1; i <= 100; i++)
        {
            Assert.Equal(i, (await connection.ReadAsync<PubAckPacket>()).PacketId);
        }

        Assert.Empty(endpoint.Failures);
        Assert.All(endpoint.Memory.BatchSizes, size => Assert.InRange(size, 0, 10));
    }

    private static MqttOptions Options(ScriptedBroker broker) => new() { Url = broker.Url };
}
