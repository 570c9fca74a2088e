using System.Buffers.Binary;
using System.Text;

namespace Bridge.Bench.Wire;

/// <summary>What the sink needs of one incoming PUBLISH (MQTT 5 section 3.3).</summary>
internal readonly ref struct Received(byte type, ReadOnlySpan<byte> body)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private readonly int _topic = BinaryPrimitives.ReadUInt16BigEndian(body);

    public int Qos { get; } = (type >> 1) & 3;

    public ReadOnlySpan<byte> PacketId => _body.Slice(2 + _topic, 2);

    public ReadOnlySpan<byte> Payload
    {
        get
        {
            var at = PropertiesAt(out var length);
            return _body[(at + length)..];
        }
    }

    /// <summary>The user property <c>bridge-event-id</c>, or null.</summary>
    public string? EventId
    {
        get
        {
            var at = PropertiesAt(out var length);
            var properties = _body.Slice(at, length);
            var found = properties.IndexOf("bridge-event-id"u8);
            if (found < 0)
            {
                return null;
            }

            var value = properties[(found + "bridge-event-id".Length)..];
            return Encoding.UTF8.GetString(value.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(value)));
        }
    }

    private int PropertiesAt(out int length)
    {
        var at = 2 + _topic + (Qos > 0 ? 2 : 0);
        length = 0;
        for (var shift = 0; ; shift += 7)
        {
            length |= (_body[at] & 0x7f) << shift;
            if ((_body[at++] & 0x80) == 0)
            {
                return at;
            }
        }
    }
}
