using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Bridge.Plugins.Tests.Broker;
using Bridge.Testing.Mqtt;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>What version 5 adds: properties, aliases, overlapping subscriptions, will and birth, redirects.</summary>
public sealed class PropertyTests
{
    [Fact]
    public async Task Every_property_of_a_message_passes_from_one_client_to_another()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var endpoint = new RunningEndpoint(new MqttOptions { Url = broker.Url }, ["in"]);
        await endpoint.ConnectedAsync();
        await using var node = await NodeClient.ConnectAsync(broker.Port, "5", new { });
        await node.SubscribeAsync("out", new { qos = 2 });
        await node.PublishAsync("in", "{}", new
        {
            qos = 2,
            properties = new
            {
                contentType = "application/json", responseTopic = "answer/here", messageExpiryInterval = 100, payloadFormatIndicator = true,
                userProperties = new { a = "1" },
            },
        });
        await endpoint.ReceivedAsync(1);
        var inbound = endpoint.Memory.Snapshot(events => events[0]);
        Assert.Equal(100, (inbound.Expires!.Value - TimeProvider.System.GetUtcNow()).TotalSeconds, 10d);
        Assert.Equal([new Property("a", "1")], ((DataReported)inbound.Event).Properties);
        await endpoint.Send(RunningEndpoint.Data("out", "") with { Content = inbound.Event, Expires = inbound.Expires });
        var message = await node.MessageAsync();
        Assert.Equal(2, (int)message["qos"]!);
        var properties = message["properties"]!;
        Assert.Equal("application/json", (string?)properties["contentType"]);
        Assert.Equal("answer/here", (string?)properties["responseTopic"]);
        Assert.InRange((int)properties["messageExpiryInterval"]!, 80, 100);
        Assert.True((bool)properties["payloadFormatIndicator"]!);
        Assert.Equal("1", (string?)properties["userProperties"]!["a"]);
    }

    [Fact]
    public async Task Overlapping_filters_make_one_event_of_one_message()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var endpoint = new RunningEndpoint(new MqttOptions { Url = broker.Url }, ["a/#", "a/b", "b/+/x", "b/y/+", "end"]);
        await endpoint.ConnectedAsync();
        await MosquittoTools.PublishAsync(broker, ["-t", "a/b", "-m", "1", "-q", "1"]);
        await MosquittoTools.PublishAsync(broker, ["-t", "b/y/x", "-m", "2", "-q", "2"]);
        await MosquittoTools.PublishAsync(broker, ["-t", "b/y/z", "-m", "3", "-q", "0"]);
        await MosquittoTools.PublishAsync(broker, ["-t", "end", "-m", "4", "-q", "1"]);
        await endpoint.ReceivedAsync(4);
        Assert.Equal(["1", "2", "3", "4"], endpoint.Texts);
    }

    [Fact]
    public async Task Topics_are_shortened_within_what_the_broker_allows_and_announced_anew_on_each_connection()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(new MqttOptions { Url = broker.Url }, []);
        for (var connections = 1; connections <= 2; connections++)
        {
            using var connection = await broker.WelcomeAsync(subscribes: false, properties: new([MqttProperty.Of(PropertyId.TopicAliasMaximum, 1)]));
            await endpoint.ConnectedAsync(connections);
            List<(string, uint?)> seen = [];
            foreach (var topic in (string[])["long/topic", "long/topic", "other/topic"])
            {
                var send = endpoint.Send(RunningEndpoint.Data(topic, "x"));
                var publish = await connection.ReadAsync<PublishPacket>();
                seen.Add((publish.Topic, publish.Properties.Number(PropertyId.TopicAlias)));
                await connection.WriteAsync(new PubAckPacket { PacketId = publish.PacketId });
                await send;
            }

            Assert.Equal([("long/topic", 1u), ("", 1u), ("other/topic", null)], seen);
        }
    }

    [Fact]
    public async Task A_broker_may_shorten_topics_too()
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(new MqttOptions { Url = broker.Url }, ["#"]);
        using var connection = await broker.WelcomeAsync();
        Assert.True(connection.Connect.Properties.Number(PropertyId.TopicAliasMaximum) > 0);
        var alias = new MqttProperties([MqttProperty.Of(PropertyId.TopicAlias, 5)]);
        await connection.WriteAsync(
            new PublishPacket { Topic = "long/topic", Payload = Payload.FromText("1"), Properties = alias },
            new PublishPacket { Topic = "", Payload = Payload.FromText("2"), Properties = alias });
        await endpoint.ReceivedAsync(2);
        Assert.All(endpoint.Memory.Snapshot(events => events.ToList()), inbound => Assert.Equal("long/topic", inbound.Address.Rest));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task Birth_is_published_on_connecting_and_the_will_on_stopping(string protocol)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        using var subscriber = await MosquittoTools.SubscriberAsync(broker, "-t", "bridge/status", "-C", "2");
        var options = new MqttOptions
        {
            Url = broker.Url,
            Protocol = protocol,
            Birth = new AnnouncementOptions { Topic = "bridge/status", Payload = "online", Retain = true, Qos = 2 },
            Will = new WillOptions { Topic = "bridge/status", Payload = "offline", Retain = true },
        };
        await using (var endpoint = new RunningEndpoint(options, []))
        {
            await endpoint.ConnectedAsync();
            await endpoint.Send(RunningEndpoint.Data("x", "behind the birth message"));
        }

        Assert.Equal(["online", "offline"], await MosquittoTools.MessagesAsync(subscriber));
    }

    [Theory]
    [InlineData((int)ReasonCode.UseAnotherServer, "other.lan:1883", "(other.lan:1883), for now")]
    [InlineData((int)ReasonCode.ServerMoved, "évil\nlog", "to be used, for good")]
    public async Task A_broker_that_sends_us_elsewhere_is_refused(int reason, string reference, string sentence)
    {
        using var broker = new ScriptedBroker();
        await using var endpoint = new RunningEndpoint(new MqttOptions { Url = broker.Url }, []);
        using var connection = await broker.NextAsync();
        await connection.WriteAsync(
            new ConnAckPacket { Reason = (ReasonCode)reason, Properties = new([MqttProperty.Of(PropertyId.ServerReference, reference)]) });
        await endpoint.UntilAsync(running => running.Failures.Count > 0, "refused");
        Assert.Contains(sentence, endpoint.Failures[0].Message, StringComparison.Ordinal);
        Assert.Contains("write it in 'url'", endpoint.Failures[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("vil", endpoint.Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_reason_is_a_sentence()
    {
        foreach (var reason in Enum.GetValues<ReasonCode>().Where(reason => reason.IsFailure()))
        {
            Assert.DoesNotContain("reason 0x", Bridge.Plugin.Mqtt.Client.ReasonText.Of(reason), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Retain_handling_is_as_asked_and_retain_as_published_never()
    {
        foreach (var asked in Enum.GetValues<RetainedReplay>())
        {
            using var broker = new ScriptedBroker();
            await using var endpoint = new RunningEndpoint(new MqttOptions { Url = broker.Url, RetainHandling = asked }, ["a"]);
            using var connection = await broker.NextAsync();
            await connection.WriteAsync(new ConnAckPacket());
            var line = Assert.Single((await connection.ReadAsync<SubscribePacket>()).Subscriptions);
            Assert.Equal(((RetainHandling)asked, false, true), (line.RetainHandling, line.RetainAsPublished, line.NoLocal));
        }
    }

    [Fact]
    public void Correlation_data_passes_byte_for_byte()
    {
        var packet = new PublishPacket { Topic = "a", Properties = new([MqttProperty.Of(PropertyId.CorrelationData, new Payload(new byte[] { 0, 255 }))]) };
        var inbound = MqttMapper.ToInbound(packet, new EndpointId("home"), DateTimeOffset.UnixEpoch);
        var publish = MqttMapper.ToPublish(RunningEndpoint.Data("b", "") with { Content = inbound.Event }, DateTimeOffset.UnixEpoch)!;
        Assert.Equal(new byte[] { 0, 255 }, publish.Properties.Data(PropertyId.CorrelationData)!.Value.Bytes.ToArray());
        Assert.DoesNotContain("255", Encoding.UTF8.GetString(publish.Payload.Bytes.Span), StringComparison.Ordinal);
    }
}
