using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

public sealed class MapperTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_forward_keeps_bytes_content_type_user_properties_and_QoS()
    {
        var packet = new PublishPacket
        {
            Topic = "a",
            Payload = new Payload(new byte[] { 0, 255, 1 }),
            Properties = new([MqttProperty.Of(PropertyId.ContentType, "image/x"), MqttProperty.User("k", "1"), MqttProperty.User("bridge-hops", "1"), MqttProperty.User("k", "2")]),
        };
        var inbound = MqttMapper.ToInbound(packet, new EndpointId("home"), s_now);
        var publish = MqttMapper.ToPublish(RunningEndpoint.Data("b", "") with { Content = inbound.Event, Hops = inbound.Hops + 1 }, s_now)!;
        Assert.Equal(packet.Payload, publish.Payload);
        Assert.Equal("image/x", publish.Properties.Text(PropertyId.ContentType));
        Assert.Equal(QoS.AtMostOnce, publish.QoS);
        Assert.False(publish.Retain);
        Assert.Equal(["k=1", "k=2"], publish.Properties.User.Where(property => property.Name == "k").Select(property => $"{property.Name}={property.Value}"));
        Assert.Equal("2", Assert.Single(publish.Properties.User, property => property.Name == "bridge-hops").Value);
    }

    [Fact]
    public void A_message_is_its_text_with_sender_source_and_ids_in_user_properties()
    {
        var outbound = RunningEndpoint.Data("b", "") with
        {
            Content = MessagePosted.Of("Grüße"),
            Sender = new Sender("@anna:example.org"),
            Source = new Address(new EndpointId("matrix"), "!room"),
            Severity = Severity.Critical,
            Expires = s_now.AddSeconds(90),
        };
        var publish = MqttMapper.ToPublish(outbound, s_now)!;
        Assert.Equal("Grüße", Encoding.UTF8.GetString(publish.Payload.Bytes.Span));
        Assert.Equal(QoS.AtLeastOnce, publish.QoS);
        Assert.Equal("text/plain", publish.Properties.Text(PropertyId.ContentType));
        Assert.Equal(1u, publish.Properties.Number(PropertyId.PayloadFormatIndicator));
        Assert.Equal(90u, publish.Properties.Number(PropertyId.MessageExpiryInterval));
        var user = publish.Properties.User.ToDictionary(property => property.Name, property => property.Value);
        Assert.Equal(outbound.Event.ToString(), user["bridge-event-id"]);
        Assert.Equal("@anna:example.org", user["bridge-sender"]);
        Assert.Equal("matrix:!room", user["bridge-source"]);
        Assert.Equal("critical", user["bridge-severity"]);
    }

    [Fact]
    public void What_another_bridge_says_of_hops_and_severity_is_read_and_nonsense_is_not()
    {
        static Inbound Read(string hops, string severity) => MqttMapper.ToInbound(
            new PublishPacket { Topic = "a", Properties = new([MqttProperty.User("bridge-hops", hops), MqttProperty.User("bridge-severity", severity)]) },
            new EndpointId("home"), s_now);
        Assert.Equal((3, Severity.Warning), (Read("3", "warning").Hops, Read("3", "warning").Severity));
        Assert.Equal((0, null), (Read("-3", "77").Hops, Read("99999999999", "loud").Severity));
    }

    [Fact]
    public void An_option_outweighs_the_hint_and_both_outweigh_the_default()
    {
        var hinted = RunningEndpoint.Data("b", "") with { Content = new DataReported(default, Hints: [new("qos", "0")]) };
        Assert.Equal(QoS.AtMostOnce, MqttMapper.ToPublish(hinted, s_now)!.QoS);
        Assert.Equal(QoS.AtLeastOnce, MqttMapper.ToPublish(hinted with { Options = [new("qos", "1"), new("retain", "true")] }, s_now)!.QoS);
        Assert.Equal(QoS.AtLeastOnce, MqttMapper.ToPublish(RunningEndpoint.Data("b", ""), s_now)!.QoS);
        Assert.Null(MqttMapper.ToPublish(hinted with { Content = new TypingChanged(true) }, s_now));
    }
}
