using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt.Protocol;

/// <summary>The samples as npm mqtt-packet 9 writes them (tests/npm/mqtt-packet-vectors.mjs): read, they are the samples; written again, the same bytes.</summary>
public sealed class VectorTests
{
    [Fact]
    public void Another_implementation_writes_version_5_as_we_read_it() => AssertAgrees("v5", SamplePackets.V5, ProtocolVersion.V5);

    [Fact]
    public void Another_implementation_writes_version_3_1_1_as_we_read_it() => AssertAgrees("v311", SamplePackets.V311, ProtocolVersion.V311);

    private static void AssertAgrees(string key, IReadOnlyList<MqttPacket> samples, ProtocolVersion version)
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(), "mqtt-packet-vectors.json")));
        var packets = vectors.RootElement.GetProperty(key).EnumerateArray().Select(line => Whole(Convert.FromHexString(line.GetString()!))).ToList();
        Assert.Equal(samples.Count, packets.Count);
        foreach (var (sample, bytes) in samples.Zip(packets))
        {
            var body = bytes.AsSpan(1 + VariableByteInteger.Read(bytes.AsSpan(1), out _));
            var decoded = PacketDecoder.Decode(bytes[0], body, version);
            Assert.Equal(Sorted(sample), Sorted(decoded));

            var output = new ArrayBufferWriter<byte>();
            PacketEncoder.Write(output, decoded, version);
            var again = output.WrittenSpan.ToArray();
            Assert.True(bytes.AsSpan().SequenceEqual(again) || IsShorterFormOf(again, bytes), $"{sample} differs");
        }
    }

    /// <summary>It writes reason "success" and empty properties out where the standard lets them be left out (3.4.2.1, 3.14.2.1).</summary>
    private static bool IsShorterFormOf(byte[] ours, byte[] theirs) =>
        ours[0] == theirs[0] && theirs[1] is 2 or 3 or 4 && theirs.AsSpan(2).StartsWith(ours.AsSpan(2)) && theirs.AsSpan(ours.Length).Trim((byte)0).IsEmpty;

    /// <summary>The order among different properties has no meaning.</summary>
    private static MqttPacket Sorted(MqttPacket packet) => packet switch
    {
        ConnectPacket { Will: { } will } connect => connect with
        {
            Will = will with { Properties = Sorted(will.Properties) },
            Properties = Sorted(connect.Properties),
        },
        _ => packet with { Properties = Sorted(packet.Properties) },
    };

    private static MqttProperties Sorted(MqttProperties properties) => new(EquatableArray.From(properties.Items.OrderBy(property => property.Id)));

    private static byte[] Whole(byte[] bytes)
    {
        var whole = new byte[1 + VariableByteInteger.Read(bytes.AsSpan(1), out var length) + (int)length];
        bytes.CopyTo(whole, 0);
        return whole;
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
