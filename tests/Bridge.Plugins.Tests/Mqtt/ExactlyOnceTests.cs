using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>QoS 2 both ways, and every place where a process or a connection can end in between.</summary>
public sealed class ExactlyOnceTests
{
    [Fact]
    public async Task A_publish_is_an_event_once_however_often_it_comes_until_it_is_released()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), ["a"]);
        using var connection = await broker.WelcomeAsync();
        await connection.WriteAsync(Publish(7, "x"), Publish(7, "x", dup: true), Publish(7, "x"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(new PubRecPacket { PacketId = 7 }, await connection.ReadAsync());
        }

        await connection.WriteAsync(new PubRelPacket { PacketId = 7 }, new PubRelPacket { PacketId = 7 });
        Assert.Equal(new PubCompPacket { PacketId = 7 }, await connection.ReadAsync());
        Assert.Equal(new PubCompPacket { PacketId = 7, Reason = ReasonCode.PacketIdentifierNotFound }, await connection.ReadAsync());
        await connection.WriteAsync(Publish(7, "x", dup: true));
        await connection.ReadAsync<PubRecPacket>();
        Assert.Equal(["x", "x"], endpoint.Texts);
        Assert.Equal(2, Assert.Single(endpoint.Memory.Dropped).Value);
    }

    [Fact]
    public async Task Another_process_knows_what_was_accepted_and_not_released()
    {
        using var broker = new ScriptedBroker();
        var memory = new HostMemory();
        await using (var first = new RunningEndpoint(Options(broker), ["a"], memory))
        {
            using var connection = await broker.WelcomeAsync();
            await connection.WriteAsync(Publish(1, "x"), Publish(2, "y"));
            await connection.ReadAsync<PubRecPacket>();
            await connection.ReadAsync<PubRecPacket>();
            await connection.WriteAsync(new PubRelPacket { PacketId = 1 });
            await connection.ReadAsync<PubCompPacket>();
        }

        await using var second = new RunningEndpoint(Options(broker), ["a"], memory);
        using var again = await broker.WelcomeAsync(sessionPresent: true);
        await again.WriteAsync(Publish(2, "y", dup: true), Publish(1, "new"));
        Assert.Equal(2, (await again.ReadAsync<PubRecPacket>()).PacketId);
        Assert.Equal(1, (await again.ReadAsync<PubRecPacket>()).PacketId);
        Assert.Equal(["x", "y", "new"], second.Texts);
    }

    [Fact]
    public async Task PUBREC_waits_for_the_event_and_PUBCOMP_for_the_forgotten_id_to_be_stored()
    {
        using var broker = new ScriptedBroker();
        var gates = new Queue<TaskCompletionSource>();
        var memory = new HostMemory
        {
            BeforeCommit = batch => batch.State.Any(change => change.Key.StartsWith("received/", StringComparison.Ordinal)) ? gates.Peek().Task : Task.CompletedTask,
        };
        gates.Enqueue(new());
        await using var endpoint = new RunningEndpoint(Options(broker), ["a"], memory);
        using var connection = await broker.WelcomeAsync();
        await endpoint.ConnectedAsync();
        await connection.WriteAsync(Publish(1, "x"));
        await ProveIdleAsync(endpoint, connection);
        gates.Peek().SetResult();
        await connection.ReadAsync<PubRecPacket>();

        gates.Enqueue(new());
        gates.Dequeue();
        await connection.WriteAsync(new PubRelPacket { PacketId = 1 });
        await ProveIdleAsync(endpoint, connection);
        gates.Peek().SetResult();
        await connection.ReadAsync<PubCompPacket>();
        Assert.DoesNotContain(memory.State.Keys, key => key.StartsWith("received/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_send_goes_through_all_four_packets_and_is_delivered_when_the_broker_has_it()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), []);
        using var connection = await broker.WelcomeAsync(subscribes: false);
        await endpoint.ConnectedAsync();
        var send = endpoint.Send(Data("x"));
        var publish = await connection.ReadAsync<PublishPacket>();
        Assert.Equal((QoS.ExactlyOnce, false), (publish.QoS, publish.Dup));
        Assert.Contains(endpoint.Memory.State.Keys, key => key.StartsWith("sent/", StringComparison.Ordinal));
        await connection.WriteAsync(new PubRecPacket { PacketId = publish.PacketId });
        Assert.Equal(new PubRelPacket { PacketId = publish.PacketId }, await connection.ReadAsync());
        Assert.IsType<SendResult.Delivered>(await send);
        await connection.WriteAsync(new PubCompPacket { PacketId = publish.PacketId });
    }

    [Theory]
    [InlineData(Step.Published)]
    [InlineData(Step.Received)]
    [InlineData(Step.Completed)]
    public async Task Another_process_goes_on_where_the_one_before_stopped(Step step)
    {
        using var broker = new ScriptedBroker();
        var memory = new HostMemory();
        var outbound = Data("x");
        ushort id;
        await using (var first = new RunningEndpoint(Options(broker), [], memory))
        {
            using var connection = await broker.WelcomeAsync(subscribes: false);
            await first.ConnectedAsync();
            var lost = first.Send(outbound);
            id = (await connection.ReadAsync<PublishPacket>()).PacketId;
            await TakeAsync(connection, id, step);
            if (step == Step.Completed)
            {
                await first.UntilAsync(_ => memory.State.Any(entry => entry.Key.StartsWith("sent/", StringComparison.Ordinal) && entry.Value.Span[0] == 3), "complete");
            }

            _ = lost.ContinueWith(task => task.Exception, TaskScheduler.Default);
        }

        await using var second = new RunningEndpoint(Options(broker), [], memory);
        using var again = await broker.WelcomeAsync(sessionPresent: true, subscribes: false);
        await second.ConnectedAsync();
        var send = second.Send(outbound);
        if (step == Step.Published)
        {
            var publish = await again.ReadAsync<PublishPacket>();
            Assert.Equal((id, true), (publish.PacketId, publish.Dup));
            await again.WriteAsync(new PubRecPacket { PacketId = id });
        }

        if (step != Step.Completed)
        {
            Assert.Equal(new PubRelPacket { PacketId = id }, await again.ReadAsync());
            await again.WriteAsync(new PubCompPacket { PacketId = id });
        }

        Assert.IsType<SendResult.Delivered>(await send);

        // The next packet is another message: nothing of the first was sent once more.
        var next = second.Send(Data("y"));
        var other = await again.ReadAsync<PublishPacket>();
        Assert.False(other.Dup);
        await again.WriteAsync(new PubRecPacket { PacketId = other.PacketId });
        Assert.IsType<SendResult.Delivered>(await next);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_connection_is_resumed_with_the_same_packet_id_where_the_session_is_kept(bool sessionPresent)
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), []);
        List<Task<SendResult>> sends;
        List<ushort> ids = [];
        using (var connection = await broker.WelcomeAsync(subscribes: false))
        {
            await endpoint.ConnectedAsync();
            sends = [.. Enumerable.Range(0, 3).Select(i => endpoint.Send(Data(i.ToString())))];
            for (var i = 0; i < 3; i++)
            {
                ids.Add((await connection.ReadAsync<PublishPacket>()).PacketId);
            }

            await TakeAsync(connection, ids[0], Step.Received);
        }

        using var again = await broker.WelcomeAsync(sessionPresent, subscribes: false);
        if (sessionPresent)
        {
            Assert.Equal(new PubRelPacket { PacketId = ids[0] }, await again.ReadAsync());
        }

        foreach (var id in ids.Skip(1))
        {
            var publish = await again.ReadAsync<PublishPacket>();
            Assert.Equal((id, sessionPresent), (publish.PacketId, publish.Dup));
            await again.WriteAsync(new PubRecPacket { PacketId = id });
        }

        Assert.All(await Task.WhenAll(sends), result => Assert.IsType<SendResult.Delivered>(result));
    }

    [Fact]
    public async Task A_refused_publish_frees_its_packet_id_and_a_broker_without_QoS_2_gets_the_best_it_has()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), []);
        using (var connection = await broker.WelcomeAsync(subscribes: false))
        {
            await endpoint.ConnectedAsync();
            var send = endpoint.Send(Data("x"));
            await connection.WriteAsync(new PubRecPacket { PacketId = (await connection.ReadAsync<PublishPacket>()).PacketId, Reason = ReasonCode.NotAuthorized });
            Assert.IsType<SendResult.Refused>(await send);
            await endpoint.UntilAsync(_ => endpoint.Memory.State.Keys.All(key => !key.StartsWith("sent/", StringComparison.Ordinal)), "forgotten");
        }

        using var again = await broker.WelcomeAsync(subscribes: false, properties: new([MqttProperty.Of(PropertyId.MaximumQoS, 1)]));
        await endpoint.ConnectedAsync(2);
        var lesser = endpoint.Send(Data("y"));
        var publish = await again.ReadAsync<PublishPacket>();
        Assert.Equal(QoS.AtLeastOnce, publish.QoS);
        await again.WriteAsync(new PubAckPacket { PacketId = publish.PacketId });
        Assert.IsType<SendResult.Delivered>(await lesser);
    }

    [Fact]
    public async Task What_was_given_up_while_it_waited_goes_out_once_and_in_order_when_it_is_sent_again()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), []);
        using var connection = await broker.WelcomeAsync(subscribes: false, properties: new([MqttProperty.Of(PropertyId.ReceiveMaximum, 1)]));
        await endpoint.ConnectedAsync();
        var first = endpoint.Send(Data("first"));
        var blocking = await connection.ReadAsync<PublishPacket>();
        using var impatience = new CancellationTokenSource();
        Outbound[] waiting = [Data("second"), Data("third")];
        var given = endpoint.SendAsync(waiting[0], impatience.Token);
        var behind = endpoint.Send(waiting[1]);
        await endpoint.UntilAsync(_ => endpoint.Memory.State.Keys.Count(key => key.StartsWith("sent/", StringComparison.Ordinal)) == 3, "stored");
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.IsType<SendResult.Deferred>(await behind);

        Task<SendResult>[] again = [endpoint.Send(waiting[0]), endpoint.Send(waiting[1])];
        await TakeAsync(connection, blocking.PacketId, Step.Completed);
        foreach (var text in (string[])["second", "third"])
        {
            var publish = await connection.ReadAsync<PublishPacket>();
            Assert.Equal((text, false), (System.Text.Encoding.UTF8.GetString(publish.Payload.Bytes.Span), publish.Dup));
            await TakeAsync(connection, publish.PacketId, Step.Completed);
        }

        Assert.All(await Task.WhenAll([first, .. again]), result => Assert.IsType<SendResult.Delivered>(result));
    }

    private static MqttOptions Options(ScriptedBroker broker) => new() { Url = broker.Url };

    private static Outbound Data(string text) => RunningEndpoint.Data("out/topic", text, qos: "2");

    private static PublishPacket Publish(ushort id, string text, bool dup = false) => ScriptedBroker.Connection.Publish(id, text, dup) with { QoS = QoS.ExactlyOnce };

    /// <summary>The client's next packet is a publish that it was asked for just now: there was nothing before it.</summary>
    private static async Task ProveIdleAsync(RunningEndpoint endpoint, ScriptedBroker.Connection connection)
    {
        _ = endpoint.Send(RunningEndpoint.Data("out", "idle", qos: "0"));
        await connection.ReadAsync<PublishPacket>();
    }

    private static async Task TakeAsync(ScriptedBroker.Connection connection, ushort id, Step step)
    {
        if (step >= Step.Received)
        {
            await connection.WriteAsync(new PubRecPacket { PacketId = id });
            Assert.Equal(id, (await connection.ReadAsync<PubRelPacket>()).PacketId);
        }

        if (step >= Step.Completed)
        {
            await connection.WriteAsync(new PubCompPacket { PacketId = id });
        }
    }

    /// <summary>How far the broker got before the process ended.</summary>
    public enum Step
    {
        /// <summary>It has the PUBLISH.</summary>
        Published,

        /// <summary>It has the PUBREL.</summary>
        Received,

        /// <summary>It has sent the PUBCOMP.</summary>
        Completed,
    }
}
