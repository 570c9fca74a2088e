namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>Seven bits a byte, least significant first, at most four bytes (section 1.5.5).</summary>
internal static class VariableByteInteger
{
    public const uint Max = 268_435_455;

    public static int LengthOf(uint value) => value switch { < 128 => 1, < 16_384 => 2, < 2_097_152 => 3, _ => 4 };

    /// <summary>Returns the bytes used, 0 when more are needed, -1 when ill-formed: longer than four bytes or than needed.</summary>
    public static int Read(ReadOnlySpan<byte> bytes, out uint value)
    {
        value = 0;
        for (var i = 0; i < 4; i++)
        {
            if (i == bytes.Length)
            {
                return 0;
            }

            value |= (uint)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                return LengthOf(value) == i + 1 ? i + 1 : -1;
            }
        }

        return -1;
    }
}
