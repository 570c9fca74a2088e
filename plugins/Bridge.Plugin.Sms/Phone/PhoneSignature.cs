using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>Whether a call is the phone's: it signs the body and the time with the app's signing key, anew for each try. Pure.</summary>
internal static class PhoneSignature
{
    /// <param name="key">The app's signing key.</param>
    /// <param name="body">As it came.</param>
    /// <param name="timestamp">X-Timestamp: seconds since 1970.</param>
    /// <param name="signature">X-Signature: an HMAC with SHA-256 over both, one behind the other, in hexadecimal digits.</param>
    public static bool IsOf(Secret key, ReadOnlySpan<byte> body, string timestamp, string signature)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key.Reveal()));
        hash.AppendData(body);
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp));
        var expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature));
    }
}
