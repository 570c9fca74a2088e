using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>Whether a call was signed with the secret (HMAC with SHA-256), as the configuration says it is. Pure.</summary>
internal static class WebhookSignature
{
    public const string Body = "{body}";
    public const string Timestamp = "{timestamp}";

    public static string OverOf(WebhookAuthOptions auth) => auth.Over ?? (auth.Timestamp is null ? Body : $"{Timestamp}.{Body}");

    /// <param name="secret">What both sides know.</param>
    /// <param name="auth">What is signed, and how that is written.</param>
    /// <param name="body">As it came.</param>
    /// <param name="timestamp">As it came; empty where there is none.</param>
    /// <param name="signature">As it came.</param>
    public static bool IsOf(Secret secret, WebhookAuthOptions auth, ReadOnlySpan<byte> body, string timestamp, string signature)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret.Reveal()));
        var over = OverOf(auth);
        var at = over.IndexOf(Body, StringComparison.Ordinal);
        hash.AppendData(Written(over[..at], timestamp));
        hash.AppendData(body);
        hash.AppendData(Written(over[(at + Body.Length)..], timestamp));
        var made = hash.GetHashAndReset();
        var (expected, shown) = auth.Encoding == WebhookEncoding.Hex
            ? (auth.Prefix + Convert.ToHexStringLower(made), signature.ToLowerInvariant())
            : (auth.Prefix + Convert.ToBase64String(made).TrimEnd('='), signature.TrimEnd('='));
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(auth.Encoding == WebhookEncoding.Hex ? expected.ToLowerInvariant() : expected), Encoding.UTF8.GetBytes(shown));
    }

    private static byte[] Written(string text, string timestamp) =>
        Encoding.UTF8.GetBytes(text.Replace(Timestamp, timestamp, StringComparison.Ordinal));
}
