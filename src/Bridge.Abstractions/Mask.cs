using System.Security.Cryptography;
using System.Text;

namespace Bridge.Abstractions;

/// <summary>
/// Turns personal data into a short keyed hash for logs: the same value reads the same within one data folder, and nothing can be read back.
/// The host gives the key once at start (derived from the root key, so that names stay the same over restarts); until then a random one serves.
/// </summary>
public static class Mask
{
    private static byte[] s_key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Called once by the host, before any endpoint runs. 32 bytes.</summary>
    public static void UseKey(ReadOnlySpan<byte> key) => Volatile.Write(ref s_key, key.ToArray());

    /// <summary><c>#</c> and six hexadecimal digits.</summary>
    public static string Of(string value)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(Volatile.Read(ref s_key), Encoding.UTF8.GetBytes(value), hash);
        return string.Concat("#", Convert.ToHexStringLower(hash[..3]));
    }
}
