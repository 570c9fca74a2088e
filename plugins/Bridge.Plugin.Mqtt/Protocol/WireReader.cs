using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>
/// Reads the data types of section 1.5 from one packet's bytes. Whatever is missing or ill-formed is a <see cref="MqttProtocolException"/>.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Remaining => _rest.Length;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>A packet identifier: never 0.</summary>
    public ushort PacketId() => UInt16() is not 0 and var id ? id : throw MqttProtocolException.ProtocolError("a packet identifier is 0");

    public uint VariableInteger()
    {
        if (VariableByteInteger.Read(_rest, out var value) is not > 0 and var length)
        {
            throw MqttProtocolException.Malformed(length == 0 ? "a packet ends in the middle of an integer" : "a variable byte integer is ill-formed");
        }

        _rest = _rest[VariableByteInteger.LengthOf(value)..];
        return value;
    }

    public string Text()
    {
        var text = Take(UInt16());
        if (!Utf8.IsValid(text) || text.Contains((byte)0))
        {
            throw MqttProtocolException.Malformed("a text is not well-formed UTF-8");
        }

        return Encoding.UTF8.GetString(text);
    }

    /// <summary>Bytes with a length before them.</summary>
    public Payload Binary() => new(Take(UInt16()).ToArray());

    /// <summary>All that is left.</summary>
    public Payload Rest() => new(Take(_rest.Length).ToArray());

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw MqttProtocolException.Malformed("a packet ends in the middle of a field");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public readonly void MustBeAtEnd()
    {
        if (_rest.Length > 0)
        {
            throw MqttProtocolException.Malformed("a packet has bytes after its last field");
        }
    }
}
