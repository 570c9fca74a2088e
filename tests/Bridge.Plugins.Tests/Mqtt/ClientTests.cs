using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;
using static Bridge.Plugins.Tests.Mqtt.ScriptedBroker.Connection;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>How a connection begins and ends.</summary>
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
        Assert.Equal([new Subscription("a", QoS.ExactlyOnce, NoLocal: true)], subscribe.Subscriptions);
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
        Assert.Equal("the broker refused 1 of 1 subscriptions: not authorized: let the broker's user read the topics of your routes ('from')", endpoint.Failures[0].Message);
    }

    [Fact]
    public async Task A_session_taken_over_is_said_with_its_cure()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker), ["a"]);
        using var connection = await broker.WelcomeAsync();
        await connection.WriteAsync(new DisconnectPacket { Reason = ReasonCode.SessionTakenOver });
        await endpoint.UntilAsync(running => running.Failures.Count > 0, "thrown out");
        Assert.Equal(
            "the broker closed the connection: another client uses the same client id: give each one its own (option session.client_id)",
            endpoint.Failures[0].Message);
    }

    [Fact]
    public async Task Being_closed_on_soon_and_silently_once_more_hints_at_the_client_id()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(Options(broker) with { Session = new() { ClientId = "canary" } }, ["a"]);
        for (var times = 1; times <= 3; times++)
        {
            using (await broker.WelcomeAsync(sessionPresent: true))
            {
                await endpoint.ConnectedAsync(times);
            }

            await endpoint.UntilAsync(running => running.Failures.Count == times, "closed on");
        }

        Assert.DoesNotContain("client id", endpoint.Failures[0].Message, StringComparison.Ordinal);
        Assert.All(endpoint.Failures.Skip(1), failure => Assert.Contains("option session.client_id", failure.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("canary", string.Concat(endpoint.Failures), StringComparison.Ordinal);
    }

    private static MqttOptions Options(ScriptedBroker broker) => new() { Url = broker.Url };
}
