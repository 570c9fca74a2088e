using System.IO.Pipelines;
using System.Text;
using Bridge.Plugin.Mqtt.Protocol;
using Bridge.Plugin.Mqtt.Protocol.Transport;
using Bridge.Plugins.Tests.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt.Transport;

/// <summary>Frames of a stranger, through ours, up to the packets: the documented exceptions, no hang, bounded memory.</summary>
public sealed class WebSocketFuzzTests
{
    private const string Hello =
        "GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";

    [Fact]
    public async Task Mutated_frames_do_no_harm()
    {
        var random = new Random(105);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var packet in SamplePackets.V5.Where(packet => PacketEncoder.Measure(packet, ProtocolVersion.V5) < 200))
        {
            PacketEncoder.Write(output, packet, ProtocolVersion.V5);
        }

        var before = GC.GetTotalAllocatedBytes();
        const int Rounds = 3000;
        for (var i = 0; i < Rounds; i++)
        {
            var frames = Frames(output.WrittenSpan, random);
            for (var n = random.Next(4); n > 0; n--)
            {
                frames[random.Next(frames.Count)] = (byte)random.Next(256);
            }

            await ReadAsync([.. frames]);
        }

        Assert.InRange((GC.GetTotalAllocatedBytes() - before) / Rounds, 0, 400_000);
    }

    /// <summary>Masked binary frames of random sizes, cut where it falls.</summary>
    private static List<byte> Frames(ReadOnlySpan<byte> bytes, Random random)
    {
        var frames = new List<byte>();
        while (bytes.Length > 0)
        {
            var part = bytes[..Math.Min(bytes.Length, random.Next(1, 126))];
            byte[] mask = [(byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)];
            frames.AddRange([0x82, (byte)(0x80 | part.Length), .. mask]);
            for (var i = 0; i < part.Length; i++)
            {
                frames.Add((byte)(part[i] ^ mask[i % 4]));
            }

            bytes = bytes[part.Length..];
        }

        return frames;
    }

    private static async Task ReadAsync(byte[] frames)
    {
        var rules = new WebSocketRules("/mqtt", []);
        await using var stream = await WebSocketHandshake.AnswerAsync(new Peer(frames), rules, TimeProvider.System, TestContext.Current.CancellationToken);
        var reader = new PacketReader(PipeReader.Create(stream), 4096, ProtocolVersion.V5);
        var packets = new List<MqttPacket>();
        try
        {
            while (await reader.ReadAsync(packets, TestContext.Current.CancellationToken))
            {
            }
        }
        catch (Exception problem) when (problem is MqttProtocolException or IOException)
        {
            // The documented exceptions.
        }
    }

    /// <summary>Says hello, then the frames, then nothing more.</summary>
    private sealed class Peer(byte[] frames) : MemoryStream(frames)
    {
        private byte[]? _hello = Encoding.ASCII.GetBytes(Hello);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_hello is null)
            {
                return base.ReadAsync(buffer, cancellationToken);
            }

            _hello.CopyTo(buffer);
            var length = _hello.Length;
            _hello = null;
            return new(length);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
