using System.Security.Cryptography;
using System.Text;

namespace Bridge.Core.Routing;

/// <summary>Short names of contents: equal for equal bytes, 128 bits, so that memory need not hold texts.</summary>
internal static class Fingerprint
{
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash[..16]);
    }
}
