using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bridge.Bench.Wire;

/// <summary>
/// Just enough MQTT 5 over a blocking socket to load and observe: independent of the plugin's own protocol library, so that neither hides the
/// other's mistakes, and cheap, so that it is never the limit. One thread reads; writes come from one thread at a time.
/// </summary>
internal sealed class MqttWire : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;

    public MqttWire(int port, string clientId, bool cleanStart)
    {
        _socket.Connect(IPAddress.Loopback, port);
        Send(Frame(0x10, [0, 4, .. "MQTT"u8, 5, (byte)(cleanStart ? 2 : 0), 0, 0, 5, 0x11, 0x7f, 0xff, 0xff, 0xff, .. Text(clientId)]));
        var (type, body) = Read();
        if (type >> 4 != 2 || body.Span[1] != 0)
        {
            throw new IOException($"the broker on port {port} refused the connection");
        }

        ReceiveMaximum = ReceiveMaximumIn(body.Span[3..]);
    }

    /// <summary>How many unacknowledged publishes the broker takes (MQTT 5 section 3.2.2.3.3).</summary>
    public int ReceiveMaximum { get; }

    public void Dispose() => _socket.Dispose();

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>Asks for a filter at QoS 1; the SUBACK comes among the publishes of a resumed session.</summary>
    public void Subscribe(string filter) => Send(Frame(0x82, [0, 1, 0, .. Text(filter), 1]));

    public static byte[] Publish(string topic, ushort packetId, ReadOnlySpan<byte> payload, bool duplicate = false) =>
        Frame((byte)(duplicate ? 0x3a : 0x32), [.. Text(topic), (byte)(packetId >> 8), (byte)packetId, 0, .. payload]);

    public static byte[] PubAck(ReadOnlySpan<byte> packetId) => [0x40, 2, packetId[0], packetId[1]];

    /// <summary>The next packet: its first byte and its body, valid until the next call. Throws <see cref="IOException"/> at the end of the stream.</summary>
    public (byte Type, ReadOnlyMemory<byte> Body) Read()
    {
        while (true)
        {
            if (TryFrame(out var type, out var body))
            {
                return (type, body);
            }

            Fill();
        }
    }

    private bool TryFrame(out byte type, out ReadOnlyMemory<byte> body)
    {
        type = 0;
        body = default;
        var (length, at) = (0, _start + 1);
        for (var shift = 0; ; shift += 7)
        {
            if (at >= _end)
            {
                return false;
            }

            length |= (_buffer[at] & 0x7f) << shift;
            if ((_buffer[at++] & 0x80) == 0)
            {
                break;
            }
        }

        if (_end - at < length)
        {
            return false;
        }

        type = _buffer[_start];
        body = _buffer.AsMemory(at, length);
        _start = at + length;
        return true;
    }

    private void Fill()
    {
        Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
        (_end, _start) = (_end - _start, 0);
        var read = _socket.Receive(_buffer, _end, _buffer.Length - _end, SocketFlags.None);
        _end += read > 0 ? read : throw new IOException("the broker closed the connection");
    }

    // Walks over the CONNACK properties that Mosquitto and Bridge send; all of them have a fixed length but the assigned client id.
    private static int ReceiveMaximumIn(ReadOnlySpan<byte> properties)
    {
        while (properties.Length > 2)
        {
            if (properties[0] == 0x21)
            {
                return BinaryPrimitives.ReadUInt16BigEndian(properties[1..]);
            }

            properties = properties[(properties[0] switch { 0x11 or 0x27 => 5, 0x22 or 0x13 => 3, _ => 2 })..];
        }

        return 65_535;
    }

    private static byte[] Text(string text)
    {
        var bytes = new byte[2 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(bytes.Length - 2));
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(2));
        return bytes;
    }

    private static byte[] Frame(byte type, ReadOnlySpan<byte> body)
    {
        var head = new List<byte>(5) { type };
        var rest = body.Length;
        do
        {
            head.Add((byte)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0)));
            rest >>= 7;
        }
        while (rest > 0);
        return [.. head, .. body];
    }
}
