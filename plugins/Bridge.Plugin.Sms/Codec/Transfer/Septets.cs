namespace Bridge.Plugin.Sms.Codec.Transfer;

/// <summary>Septets in octets, low bits first (3GPP 23.038 section 6.1.2.1). Pure.</summary>
internal static class Septets
{
    private const int Bits = 7;

    /// <summary>How many octets hold them.</summary>
    public static int OctetsOf(int septets) => ((septets * Bits) + 7) / 8;

    /// <summary>How many septets the octets of a header take, so that text begins at the next whole one (3GPP 23.040 section 9.2.3.24).</summary>
    public static int Covering(int octets) => ((octets * 8) + Bits - 1) / Bits;

    /// <param name="septets">One in each octet.</param>
    /// <param name="output">Zero where they go.</param>
    /// <param name="first">How many septets stand before them.</param>
    public static void Pack(ReadOnlySpan<byte> septets, Span<byte> output, int first = 0)
    {
        for (var i = 0; i < septets.Length; i++)
        {
            var (at, shift) = Math.DivRem((first + i) * Bits, 8);
            var value = (septets[i] & 0x7f) << shift;
            output[at] |= (byte)value;
            if (value > 0xff)
            {
                output[at + 1] |= (byte)(value >> 8);
            }
        }
    }

    /// <summary>One in each octet; as many as are there.</summary>
    /// <param name="input">Where they are.</param>
    /// <param name="count">How many there should be.</param>
    /// <param name="first">How many septets stand before them.</param>
    public static byte[] Unpack(ReadOnlySpan<byte> input, int count, int first = 0)
    {
        var septets = new byte[Math.Clamp(count, 0, Math.Max(0, (input.Length * 8 / Bits) - first))];
        for (var i = 0; i < septets.Length; i++)
        {
            var (at, shift) = Math.DivRem((first + i) * Bits, 8);
            var value = input[at] | (at + 1 < input.Length ? input[at + 1] << 8 : 0);
            septets[i] = (byte)((value >> shift) & 0x7f);
        }

        return septets;
    }
}
