using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Bridge.Plugins.Tests.Broker;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>The life of a message goes on while it waits to be sent, or to be sent again (section 3.3.2.3.3).</summary>
public sealed class ExpiryTests
{
    private readonly ShiftedClock _clock = new();

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", false)]
    [InlineData("1", true)]
    [InlineData("2", false)]
    [InlineData("2", true)]
    public async Task What_is_sent_later_or_again_says_what_is_left_of_its_life(string qos, bool sessionPresent)
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = Run(broker);
        Task<SendResult> send;
        using (var connection = await broker.WelcomeAsync(subscribes: false))
        {
            await endpoint.ConnectedAsync();
            send = qos == "0" ? Task.FromResult<SendResult>(new SendResult.Delivered()) : endpoint.Send(Data("a", qos, seconds: 100));
            Assert.True(qos == "0" || LifeOf(await connection.ReadAsync<PublishPacket>()) is > 90 and <= 100);
        }

        await endpoint.UntilAsync(running => !running.Connected, "disconnected");
        send = qos == "0" ? endpoint.Send(Data("a", qos, seconds: 100)) : send;
        _clock.Advance(TimeSpan.FromSeconds(40));
        using var again = await broker.WelcomeAsync(sessionPresent, subscribes: false);
        var repeated = await again.ReadAsync<PublishPacket>();
        Assert.InRange(LifeOf(repeated), 50, 60);
        Assert.Single(repeated.Properties.Items, property => property.Id == PropertyId.MessageExpiryInterval);
        await AnswerAsync(again, repeated);
        Assert.IsType<SendResult.Delivered>(await send);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("1", false)]
    [InlineData("2", false)]
    public async Task What_has_expired_is_not_sent_again(string qos, bool sessionPresent)
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = Run(broker);
        Task<SendResult> expired;
        using (var connection = await broker.WelcomeAsync(subscribes: false))
        {
            await endpoint.ConnectedAsync();
            expired = endpoint.Send(Data("a", qos, seconds: 30));
            await connection.ReadAsync<PublishPacket>();
        }

        await endpoint.UntilAsync(running => !running.Connected, "disconnected");
        _clock.Advance(TimeSpan.FromSeconds(40));
        using var again = await broker.WelcomeAsync(sessionPresent, subscribes: false);
        var other = endpoint.Send(RunningEndpoint.Data("b", "other"));
        var next = await again.ReadAsync<PublishPacket>();
        Assert.Equal("b", next.Topic);
        await AnswerAsync(again, next);
        await other;
        Assert.IsType<SendResult.Uncertain>(await expired);
    }

    [Fact]
    public async Task What_the_broker_may_hold_of_QoS_2_is_finished_even_when_its_life_is_over()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = Run(broker);
        Task<SendResult> send;
        using (var connection = await broker.WelcomeAsync(subscribes: false))
        {
            await endpoint.ConnectedAsync();
            send = endpoint.Send(Data("a", "2", seconds: 30));
            await connection.ReadAsync<PublishPacket>();
        }

        await endpoint.UntilAsync(running => !running.Connected, "disconnected");
        _clock.Advance(TimeSpan.FromSeconds(40));
        using var again = await broker.WelcomeAsync(sessionPresent: true, subscribes: false);
        var repeated = await again.ReadAsync<PublishPacket>();
        Assert.True(repeated.Dup);
        Assert.Equal(1, LifeOf(repeated));
        await AnswerAsync(again, repeated);
        Assert.IsType<SendResult.Delivered>(await send);
    }

    [Fact]
    public async Task What_expires_while_it_waits_for_its_turn_is_never_sent()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = Run(broker);
        using var connection = await broker.WelcomeAsync(subscribes: false, properties: new([MqttProperty.Of(PropertyId.ReceiveMaximum, 1)]));
        await endpoint.ConnectedAsync();
        var slow = endpoint.Send(RunningEndpoint.Data("a", "slow"));
        var first = await connection.ReadAsync<PublishPacket>();
        var expired = endpoint.Send(Data("b", "1", seconds: 30));
        var other = endpoint.Send(RunningEndpoint.Data("c", "other"));
        _clock.Advance(TimeSpan.FromSeconds(40));
        await AnswerAsync(connection, first);
        var next = await connection.ReadAsync<PublishPacket>();
        Assert.Equal("c", next.Topic);
        await AnswerAsync(connection, next);
        Assert.All(await Task.WhenAll(slow, other), result => Assert.IsType<SendResult.Delivered>(result));
        Assert.IsType<SendResult.Deferred>(await expired);
    }

    private static async Task AnswerAsync(ScriptedBroker.Connection connection, PublishPacket publish)
    {
        if (publish.QoS == QoS.ExactlyOnce)
        {
            await connection.WriteAsync(new PubRecPacket { PacketId = publish.PacketId });
            await connection.ReadAsync<PubRelPacket>();
            await connection.WriteAsync(new PubCompPacket { PacketId = publish.PacketId });
        }
        else if (publish.QoS == QoS.AtLeastOnce)
        {
            await connection.WriteAsync(new PubAckPacket { PacketId = publish.PacketId });
        }
    }

    private static int LifeOf(PublishPacket publish) => (int)publish.Properties.Number(PropertyId.MessageExpiryInterval)!.Value;

    private Outbound Data(string topic, string qos, int seconds) =>
        RunningEndpoint.Data(topic, "x", qos) with { Expires = _clock.GetUtcNow().AddSeconds(seconds) };

    private RunningEndpoint Run(ScriptedBroker broker) => new(new MqttOptions { Url = broker.Url }, [], clock: _clock);
}
