using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;
using static Bridge.Plugins.Tests.Mqtt.ScriptedBroker.Connection;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>What the client promises a broker, and what it bears from one.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task It_asks_for_a_session_that_lasts_and_names_itself_after_the_endpoint()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), ["a"], window: 500);
        using var connection = await broker.NextAsync();
        Assert.Equal("bridge-home", connection.Connect.ClientId);
        Assert.False(connection.Connect.CleanStart);
        Assert.Equal(86_400u, connection.Connect.Properties.Number(PropertyId.SessionExpiryInterval));
        Assert.Equal(500u, connection.Connect.Properties.Number(PropertyId.ReceiveMaximum));
        await connection.WriteAsync(new ConnAckPacket());
        var subscribe = await connection.ReadAsync<SubscribePacket>();
        Assert.Equal([new Subscription("a", QoS.AtLeastOnce, NoLocal: true)], subscribe.Subscriptions);
    }

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
    public async Task What_is_given_up_before_it_was_sent_is_not_overtaken_on_its_topic()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), ["a"]);
        using var connection = await broker.WelcomeAsync(properties: new([MqttProperty.Of(PropertyId.ReceiveMaximum, 1)]));
        await endpoint.ConnectedAsync();
        var slow = endpoint.Send(RunningEndpoint.Data("slow", "x"));
        var sent = await connection.ReadAsync<PublishPacket>();
        using var patience = new CancellationTokenSource();
        var first = endpoint.SendAsync(RunningEndpoint.Data("t", "1"), patience.Token);
        var second = endpoint.Send(RunningEndpoint.Data("t", "2"));
        var other = endpoint.Send(RunningEndpoint.Data("u", "3"));
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await connection.WriteAsync(new PubAckPacket { PacketId = sent.PacketId });
        Assert.Equal("u", (await connection.ReadAsync<PublishPacket>()).Topic);
        Assert.IsType<SendResult.Deferred>(await second);
        Assert.IsType<SendResult.Delivered>(await slow);
        Assert.False(other.IsCompleted);
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_unacknowledged_is_sent_again_first_and_in_order(bool sessionPresent)
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), []);
        List<Task<SendResult>> sends;
        ushort firstId;
        using (var connection = await broker.WelcomeAsync(subscribes: false))
        {
            await endpoint.ConnectedAsync();
            sends = [.. Enumerable.Range(0, 5).Select(i => endpoint.Send(RunningEndpoint.Data("a", i.ToString())))];
            firstId = (await connection.ReadAsync<PublishPacket>()).PacketId;
            await connection.WriteAsync(new PubAckPacket { PacketId = firstId });
            await sends[0];
        }

        using var again = await broker.WelcomeAsync(sessionPresent, subscribes: false);
        sends.Add(endpoint.Send(RunningEndpoint.Data("a", "5")));
        for (var i = 1; i <= 5; i++)
        {
            var publish = await again.ReadAsync<PublishPacket>();
            Assert.Equal(i.ToString(), System.Text.Encoding.UTF8.GetString(publish.Payload.Bytes.Span));
            Assert.Equal(sessionPresent && i < 5, publish.Dup);
            if (sessionPresent && i < 5)
            {
                Assert.Equal(firstId + i, publish.PacketId);
            }

            await again.WriteAsync(new PubAckPacket { PacketId = publish.PacketId });
        }

        Assert.All(await Task.WhenAll(sends), result => Assert.IsType<SendResult.Delivered>(result));
    }

    [Fact]
    public async Task No_more_is_in_flight_than_the_broker_allows()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), []);
        using var connection = await broker.WelcomeAsync(subscribes: false, properties: new([MqttProperty.Of(PropertyId.ReceiveMaximum, 2)]));
        await endpoint.ConnectedAsync();
        Assert.Equal(2, endpoint.Capabilities.InFlight);
        var sends = Enumerable.Range(0, 5).Select(i => endpoint.Send(RunningEndpoint.Data("a", i.ToString()))).ToList();
        var unacknowledged = new Queue<ushort>();
        for (var i = 0; i < 5; i++)
        {
            unacknowledged.Enqueue((await connection.ReadAsync<PublishPacket>()).PacketId);
            if (unacknowledged.Count == 2)
            {
                Assert.False(connection.HasMore);
                await connection.WriteAsync(new PubAckPacket { PacketId = unacknowledged.Dequeue() });
            }
        }

        await connection.WriteAsync(new PubAckPacket { PacketId = unacknowledged.Dequeue() });
        await Task.WhenAll(sends);
    }

    [Theory]
    [InlineData((int)ReasonCode.NoMatchingSubscribers, typeof(SendResult.Delivered))]
    [InlineData((int)ReasonCode.NotAuthorized, typeof(SendResult.Refused))]
    [InlineData((int)ReasonCode.TopicNameInvalid, typeof(SendResult.Refused))]
    [InlineData((int)ReasonCode.QuotaExceeded, typeof(SendResult.Deferred))]
    public async Task The_brokers_reason_becomes_the_result(int reason, Type result)
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), []);
        using var connection = await broker.WelcomeAsync(subscribes: false);
        await endpoint.ConnectedAsync();
        var send = endpoint.Send(RunningEndpoint.Data("a", "x"));
        await connection.WriteAsync(new PubAckPacket { PacketId = (await connection.ReadAsync<PublishPacket>()).PacketId, Reason = (ReasonCode)reason });
        Assert.IsType(result, await send);
    }

    [Fact]
    public async Task What_the_broker_cannot_take_is_refused_and_the_connection_lives()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), []);
        using var connection = await broker.WelcomeAsync(
            subscribes: false, properties: new([MqttProperty.Of(PropertyId.MaximumPacketSize, 1000), MqttProperty.Of(PropertyId.RetainAvailable, 0)]));
        await endpoint.ConnectedAsync();
        Assert.IsType<SendResult.Refused>(await endpoint.Send(RunningEndpoint.Data("a", new string('x', 1000))));
        Assert.IsType<SendResult.Refused>(await endpoint.Send(RunningEndpoint.Data("a", "x", retain: true)));
        Assert.IsType<SendResult.Refused>(await endpoint.Send(RunningEndpoint.Data("a/+", "x")));
        Assert.IsType<SendResult.Refused>(await endpoint.Send(RunningEndpoint.Data("a\uD800", "x")));
        Assert.IsType<SendResult.Delivered>(await endpoint.Send(RunningEndpoint.Data("a", "x", qos: "0")));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("FFFFFFFFFFFF")]
    [InlineData("485454502F312E31203430302042616420526571756573740D0A")]
    [InlineData("30FFFFFF7F")]
    [InlineData("30050002C32800")]
    public async Task Garbage_from_a_broker_is_a_reason_and_another_try(string garbage)
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), ["a"]);
        using (var connection = await broker.NextAsync())
        {
            await connection.WriteAsync(Convert.FromHexString(garbage).Concat(new byte[8]).ToArray());
            await endpoint.UntilAsync(running => running.Failures.Count == 1, "failed");
        }

        using (var connection = await broker.WelcomeAsync())
        {
            await connection.WriteAsync(Convert.FromHexString(garbage).Concat(new byte[8]).ToArray());
            Assert.IsType<DisconnectPacket>(await connection.ReadAsync());
            await endpoint.UntilAsync(running => running.Failures.Count == 2, "failed");
        }

        using var good = await broker.WelcomeAsync();
        await good.WriteAsync(Publish(1, "x"));
        Assert.Equal(1, (await good.ReadAsync<PubAckPacket>()).PacketId);
        Assert.All(endpoint.Failures, failure => Assert.IsType<MqttProtocolException>(failure));
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

    [Fact]
    public async Task A_broker_that_goes_silent_is_left()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), ["a"]);
        using var connection = await broker.WelcomeAsync(properties: new([MqttProperty.Of(PropertyId.ServerKeepAlive, 1)]));
        await endpoint.UntilAsync(running => running.Failures.Count > 0, "given up");
        Assert.Equal("the broker has gone silent", endpoint.Failures[0].Message);
    }

    [Fact]
    public async Task Stopping_says_goodbye_and_keeps_the_session()
    {
        using var broker = new ScriptedBroker();
        var endpoint = new RunningEndpoint(Options(broker), ["a"]);
        using var connection = await broker.WelcomeAsync();
        await endpoint.ConnectedAsync();
        await endpoint.DisposeAsync();
        var goodbye = await connection.ReadAsync<DisconnectPacket>();
        Assert.Equal(ReasonCode.Success, goodbye.Reason);
        Assert.True(goodbye.Properties.IsEmpty);
        Assert.Null(await connection.ReadAsync());
        Assert.Empty(endpoint.Failures);
    }

    [Fact]
    public async Task A_refused_subscription_is_a_reason_of_the_endpoint()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), ["a"]);
        using var connection = await broker.NextAsync();
        await connection.WriteAsync(new ConnAckPacket());
        var subscribe = await connection.ReadAsync<SubscribePacket>();
        await connection.WriteAsync(new SubAckPacket { PacketId = subscribe.PacketId, Reasons = [ReasonCode.NotAuthorized] });
        await endpoint.UntilAsync(running => running.Failures.Count > 0, "refused");
        Assert.Equal("the broker refused 1 of 1 subscriptions: not authorized", endpoint.Failures[0].Message);
    }

    private static MqttOptions Options(ScriptedBroker broker) => new() { Url = broker.Url };
}
