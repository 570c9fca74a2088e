using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>What the client promises about what it sends.</summary>
public sealed class ClientSendingTests
{
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

    private static MqttOptions Options(ScriptedBroker broker) => new() { Url = broker.Url };
}
