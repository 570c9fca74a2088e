using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt.Protocol;

/// <summary>Both sides of a connection's topic aliases.</summary>
public sealed class TopicAliasTests
{
    [Fact]
    public void What_one_side_shortens_the_other_reads_as_it_was()
    {
        var (sent, received) = (new SentAliases(2), new ReceivedAliases(2));
        string[] topics = ["sensors/one", "sensors/two", "sensors/one", "sensors/three", "a", "sensors/two"];
        var packets = topics.Select(topic => new PublishPacket { Topic = topic, Properties = new([MqttProperty.User("a", "b")]) }).ToList();
        var wire = packets.Select(sent.Apply).ToList();
        Assert.Equal(["sensors/one", "sensors/two", "", "sensors/three", "a", ""], wire.Select(packet => packet.Topic));
        Assert.Equal(packets, wire.Select(received.Resolve));
    }

    [Fact]
    public void A_peer_that_allows_none_gets_none()
    {
        var packet = new PublishPacket { Topic = "sensors/one" };
        Assert.Same(packet, new SentAliases(0).Apply(packet));
    }

    [Theory]
    [InlineData("sensors/one", 3u, (byte)0x94)]
    [InlineData("", 1u, (byte)0x82)]
    public void An_alias_beyond_the_maximum_or_for_nothing_is_a_fault(string topic, uint alias, byte reason)
    {
        var packet = new PublishPacket { Topic = topic, Properties = new([MqttProperty.Of(PropertyId.TopicAlias, alias)]) };
        var fault = Assert.Throws<MqttProtocolException>(() => new ReceivedAliases(2).Resolve(packet));
        Assert.Equal((ReasonCode)reason, fault.Reason);
    }
}
