using System.Buffers;
using System.IO.Pipelines;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt.Protocol;

/// <summary>Whatever comes from the wire: packets, or the documented exception; in bounded memory; and what was read can be written again.</summary>
public sealed class FuzzTests
{
    private const int MaxPacket = 4096;

    [Fact]
    public async Task Random_bytes_do_no_harm()
    {
        var random = new Random(101);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = new byte[random.Next(1, 64)];
            random.NextBytes(bytes);
            await ReadAllAsync(bytes, random.Next(2) == 0 ? ProtocolVersion.V5 : ProtocolVersion.V311);
        }
    }

    [Fact]
    public async Task Mutated_packets_do_no_harm()
    {
        var random = new Random(102);
        foreach (var version in (ProtocolVersion[])[ProtocolVersion.V5, ProtocolVersion.V311])
        {
            var samples = (version == ProtocolVersion.V5 ? SamplePackets.V5 : SamplePackets.V311)
                .Where(packet => PacketEncoder.Measure(packet, version) < MaxPacket).Select(packet => Encode(packet, version)).ToList();
            for (var i = 0; i < 50_000; i++)
            {
                await ReadAllAsync(Mutate(samples[random.Next(samples.Count)], random), version);
            }
        }
    }

    [Fact]
    public void Decoding_needs_no_more_memory_than_a_small_multiple_of_the_packet()
    {
        var random = new Random(103);
        var samples = SamplePackets.V5.Where(packet => PacketEncoder.Measure(packet, ProtocolVersion.V5) < MaxPacket)
            .Select(packet => Encode(packet, ProtocolVersion.V5)).ToList();
        var before = GC.GetAllocatedBytesForCurrentThread();
        const int Rounds = 20_000;
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = Mutate(samples[random.Next(samples.Count)], random);
            try
            {
                PacketDecoder.Decode(bytes[0], bytes.AsSpan(Math.Min(2, bytes.Length)), ProtocolVersion.V5);
            }
            catch (MqttProtocolException)
            {
                // The documented exception.
            }
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 0, 20_000);
    }

    private static byte[] Mutate(byte[] sample, Random random)
    {
        var bytes = sample.ToList();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                default: bytes.RemoveRange(at, bytes.Count > 2 ? 1 : 0); break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Encode(MqttPacket packet, ProtocolVersion version)
    {
        var output = new ArrayBufferWriter<byte>();
        PacketEncoder.Write(output, packet, version);
        return output.WrittenSpan.ToArray();
    }

    private static async Task ReadAllAsync(byte[] bytes, ProtocolVersion version)
    {
        var reader = new PacketReader(PipeReader.Create(new ReadOnlySequence<byte>(bytes)), MaxPacket, version);
        var packets = new List<MqttPacket>();
        try
        {
            while (await reader.ReadAsync(packets, TestContext.Current.CancellationToken))
            {
            }
        }
        catch (MqttProtocolException)
        {
            // The documented exception.
        }

        foreach (var packet in packets)
        {
            Assert.Equal(packet, PacketDecoder.Decode(Encode(packet, reader.Version)[0], Body(Encode(packet, reader.Version)), reader.Version));
        }
    }

    private static ReadOnlySpan<byte> Body(byte[] packet) => packet.AsSpan(1 + VariableByteInteger.Read(packet.AsSpan(1), out _));
}
