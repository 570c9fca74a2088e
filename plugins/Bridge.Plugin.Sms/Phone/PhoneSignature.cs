using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>Whether a call is the phone's: it signs the body and the time with the app's signing key, anew for each try. Pure.</summary>
internal static class PhoneSignature
{
    /// <summary>A call older than this may be a recorded one; so may one from the future.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromMinutes(5);

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

    public static bool IsFresh(string timestamp, DateTimeOffset now) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(now.ToUnixTimeSeconds() - seconds) <= Age.TotalSeconds;
}
