using System.Buffers.Binary;
using System.Text;

namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>Takes the data types of section 1.5. A packet is described once and runs twice: to be measured, then to be written.</summary>
internal interface IWireSink
{
    void Byte(byte value);

    void UInt16(ushort value);

    void UInt32(uint value);

    void VariableInteger(uint value);

    void Text(string value);

    /// <summary>With its length before it.</summary>
    void Binary(ReadOnlySpan<byte> value);

    /// <summary>As it is.</summary>
    void Raw(ReadOnlySpan<byte> value);
}

/// <summary>
/// Counts the bytes, and refuses what the wire cannot carry (<see cref="MqttEncodingException"/>), so that writing cannot fail midway.
/// </summary>
internal struct WireMeasure : IWireSink
{
    public int Length { get; private set; }

    public void Byte(byte value) => Length += 1;

    public void UInt16(ushort value) => Length += 2;

    public void UInt32(uint value) => Length += 4;

    public void VariableInteger(uint value) => Length += value <= VariableByteInteger.Max
        ? VariableByteInteger.LengthOf(value)
        : throw new MqttEncodingException("a number is too large for MQTT");

    public void Text(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new MqttEncodingException("a text holds U+0000, which MQTT cannot carry");
        }

        Length += 2 + Fitting(ByteCount(value));
    }

    public void Binary(ReadOnlySpan<byte> value) => Length += 2 + Fitting(value.Length);

    public void Raw(ReadOnlySpan<byte> value) => Length += value.Length;

    private static int ByteCount(string value)
    {
        try
        {
            return WireText.Strict.GetByteCount(value);
        }
        catch (EncoderFallbackException)
        {
            throw new MqttEncodingException("a text holds half a surrogate pair, which UTF-8 cannot carry");
        }
    }

    private static int Fitting(int length) =>
        length <= ushort.MaxValue ? length : throw new MqttEncodingException("a text or binary field is longer than 65,535 bytes, the most MQTT can carry");
}

/// <summary>Writes into a span of exactly the measured length.</summary>
internal ref struct WireWriter(Span<byte> output) : IWireSink
{
    private Span<byte> _rest = output;

    public void Byte(byte value)
    {
        _rest[0] = value;
        _rest = _rest[1..];
    }

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_rest, value);
        _rest = _rest[2..];
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_rest, value);
        _rest = _rest[4..];
    }

    public void VariableInteger(uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Byte((byte)(value | 0x80));
        }

        Byte((byte)value);
    }

    public void Text(string value)
    {
        var length = WireText.Strict.GetBytes(value, _rest[2..]);
        UInt16((ushort)length);
        _rest = _rest[length..];
    }

    public void Binary(ReadOnlySpan<byte> value)
    {
        UInt16((ushort)value.Length);
        Raw(value);
    }

    public void Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_rest);
        _rest = _rest[value.Length..];
    }
}

internal static class WireText
{
    /// <summary>Throws on a lone surrogate instead of writing a replacement character.</summary>
    public static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
