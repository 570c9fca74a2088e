using System.Buffers.Binary;

namespace Bridge.Plugin.Sms.Codec;

/// <summary>
/// UTF-16 code unit by code unit, big end first: half a surrogate pair passes as it is. Some gateways split a pair between two parts, and only what is put
/// together again may be judged.
/// </summary>
internal static class Utf16
{
    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length * 2];
        for (var i = 0; i < text.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(i * 2), text[i]);
        }

        return bytes;
    }

    /// <summary>A last odd octet is left out.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length / 2];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = (char)BinaryPrimitives.ReadUInt16BigEndian(bytes[(i * 2)..]);
        }

        return new string(text);
    }
}
