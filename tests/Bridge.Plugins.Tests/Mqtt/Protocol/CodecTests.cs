using System.Buffers;
using System.IO.Pipelines;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt.Protocol;

public sealed class CodecTests
{
    [Fact]
    public async Task Every_packet_of_version_5_survives_the_wire() => await AssertSurvives(SamplePackets.V5, ProtocolVersion.V5, chunk: int.MaxValue);

    [Fact]
    public async Task Every_packet_of_version_3_1_1_survives_the_wire() => await AssertSurvives(SamplePackets.V311, ProtocolVersion.V311, chunk: int.MaxValue);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task Packets_survive_being_cut_anywhere(int chunk) =>
        await AssertSurvives([.. SamplePackets.V5.Where(packet => PacketEncoder.Measure(packet, ProtocolVersion.V5) < 1000)], ProtocolVersion.V5, chunk);

    [Fact]
    public void Every_packet_type_and_every_property_is_among_the_samples()
    {
        Assert.Equal(Enum.GetValues<PacketType>(), SamplePackets.V5.Select(packet => packet.Type).Distinct().Order());
        var properties = SamplePackets.V5.SelectMany(packet => packet.Properties.Items)
            .Concat(SamplePackets.V5.OfType<ConnectPacket>().Where(connect => connect.Will is not null).SelectMany(connect => connect.Will!.Properties.Items));
        Assert.Equal(Enum.GetValues<PropertyId>(), properties.Select(property => property.Id).Distinct().Order());
    }

    [Fact]
    public async Task A_packet_above_the_maximum_is_refused_by_its_header_alone()
    {
        var pipe = new Pipe();
        pipe.Writer.Write<byte>([0x30, 0xFF, 0xFF, 0xFF, 0x7F]);
        await pipe.Writer.FlushAsync(TestContext.Current.CancellationToken);
        var reader = new PacketReader(pipe.Reader, maxPacketSize: 1000);
        var refused = await Assert.ThrowsAsync<MqttProtocolException>(async () => await reader.ReadAsync([], TestContext.Current.CancellationToken));
        Assert.Equal(ReasonCode.PacketTooLarge, refused.Reason);
    }

    [Fact]
    public async Task Packets_before_a_malformed_one_are_not_lost()
    {
        var pipe = new Pipe();
        pipe.Writer.Write<byte>([0xC0, 0, 0xD0, 0, 0x00, 0]);
        await pipe.Writer.FlushAsync(TestContext.Current.CancellationToken);
        var packets = new List<MqttPacket>();
        var reader = new PacketReader(pipe.Reader, maxPacketSize: 1000);
        await Assert.ThrowsAsync<MqttProtocolException>(async () => await reader.ReadAsync(packets, TestContext.Current.CancellationToken));
        Assert.Equal([PacketType.PingReq, PacketType.PingResp], packets.Select(packet => packet.Type));
    }

    [Theory]
    [InlineData("C100", "reserved flags of PINGREQ")]
    [InlineData("C00100", "a body in PINGREQ")]
    [InlineData("30 03 000161", "no property list")]
    [InlineData("30 05 000161 05 00", "a property list beyond the end")]
    [InlineData("30 05 0002 612B 00", "a wildcard in a topic name", (int)ReasonCode.TopicNameInvalid)]
    [InlineData("30 03 0000 00", "an empty topic without an alias", (int)ReasonCode.TopicNameInvalid)]
    [InlineData("36 06 000161 0001 00", "QoS 3")]
    [InlineData("38 04 000161 00", "DUP with QoS 0")]
    [InlineData("32 06 000161 0000 00", "packet id 0", (int)ReasonCode.ProtocolError)]
    [InlineData("30 05 0002 C328 00", "ill-formed UTF-8")]
    [InlineData("30 04 0001 00 00", "U+0000 in a text")]
    [InlineData("30 08 000161 04 02000000", "a property cut short")]
    [InlineData("30 08 000161 04 01010101", "a property that stands twice", (int)ReasonCode.ProtocolError)]
    [InlineData("30 06 000161 02 017F", "a payload format indicator of 127", (int)ReasonCode.ProtocolError)]
    [InlineData("30 07 000161 03 210001", "a property that belongs elsewhere", (int)ReasonCode.ProtocolError)]
    [InlineData("30 06 000161 02 7F01", "an unknown property")]
    [InlineData("30 07 000161 03 230000", "topic alias 0", (int)ReasonCode.ProtocolError)]
    [InlineData("30 80 00", "a length longer than needed")]
    [InlineData("30 FFFFFFFF01", "a length of five bytes")]
    [InlineData("82 05 0001 00 0001", "a SUBSCRIBE cut short")]
    [InlineData("82 03 0001 00", "a SUBSCRIBE of nothing", (int)ReasonCode.ProtocolError)]
    [InlineData("82 07 0001 00 000161 40", "reserved subscription options")]
    [InlineData("82 07 0001 00 000161 30", "retain handling 3")]
    [InlineData("82 08 0001 00 00022323 01", "a filter with # before its end", (int)ReasonCode.TopicFilterInvalid)]
    [InlineData("40 03 0001 05", "an unknown reason code")]
    [InlineData("20 03 02 00 00", "unknown CONNACK flags")]
    [InlineData("20 03 01 87 00", "a refusal with a session", (int)ReasonCode.ProtocolError)]
    [InlineData("10 0D 0004 4D515455 05 02 0000 00 0000", "another protocol's name")]
    [InlineData("10 0D 0004 4D515454 06 02 0000 00 0000", "MQTT 6", (int)ReasonCode.UnsupportedProtocolVersion)]
    [InlineData("10 0D 0004 4D515454 05 03 0000 00 0000", "the reserved flag of CONNECT")]
    [InlineData("10 0D 0004 4D515454 05 0A 0000 00 0000", "will flags without a will")]
    [InlineData("10 0C 0004 4D515454 04 42 0000 0000", "a password without a user name in 3.1.1")]
    [InlineData("10 0E 0004 4D515454 05 02 0000 00 0000 00", "bytes after the last field")]
    public async Task Malformed_input_is_refused_with_a_reason(string hex, string what, int reason = (int)ReasonCode.MalformedPacket)
    {
        _ = what;
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var reader = new PacketReader(PipeReader.Create(new ReadOnlySequence<byte>(bytes)), maxPacketSize: 1000);
        var refused = await Assert.ThrowsAsync<MqttProtocolException>(async () => await reader.ReadAsync([], TestContext.Current.CancellationToken));
        Assert.Equal((ReasonCode)reason, refused.Reason);
        Assert.DoesNotContain("the connection ended", refused.Message, StringComparison.Ordinal); // else the test's own bytes are cut short
    }

    [Fact]
    public void What_the_wire_cannot_carry_is_refused_before_the_first_byte()
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var topic in (string[])["a\0b", "\uD800", new string('a', 65536)])
        {
            Assert.Throws<MqttEncodingException>(() => PacketEncoder.Write(output, new PublishPacket { Topic = topic }, ProtocolVersion.V5));
        }

        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void No_packet_prints_what_it_carries()
    {
        Assert.All(SamplePackets.V5, packet => Assert.Equal(packet.Type.ToString(), packet.ToString()));
        Assert.DoesNotContain("bridge/status", SamplePackets.V5.OfType<ConnectPacket>().Last().Will!.ToString(), StringComparison.Ordinal);
    }

    private static async Task AssertSurvives(IReadOnlyList<MqttPacket> packets, ProtocolVersion version, int chunk)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var packet in packets)
        {
            var before = output.WrittenCount;
            PacketEncoder.Write(output, packet, version);
            Assert.Equal(PacketEncoder.Measure(packet, version), output.WrittenCount - before);
        }

        var source = new MemoryStream(output.WrittenSpan.ToArray());
        var input = PipeReader.Create(source, new StreamPipeReaderOptions(bufferSize: Math.Min(chunk, 1 << 20), minimumReadSize: 1));
        var reader = new PacketReader(input, maxPacketSize: 1 << 20, version);
        var read = new List<MqttPacket>();
        while (await reader.ReadAsync(read, TestContext.Current.CancellationToken))
        {
        }

        Assert.Equal(packets, read);
    }
}
