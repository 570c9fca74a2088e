using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>
/// Whether a JSON Web Token was signed with the secret, for this call and just now (RFC 7519, HS256). Pure. Vonage and MessageBird put a hash of the
/// body into it; httpSMS does not.
/// </summary>
internal static class WebhookToken
{
    /// <summary>What is looked at.</summary>
    private const string Algorithm = "HS256";

    /// <summary>Whether the secret made it. Nothing of it is read before.</summary>
    public static bool IsSigned(Secret secret, string token) => token.Split('.') is [var header, var claims, var signature]
        && Decode(signature) is { } shown
        && CryptographicOperations.FixedTimeEquals(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal()), Encoding.ASCII.GetBytes($"{header}.{claims}")), shown)
        && Read(header, WebhookTokenJson.Default.TokenHeader)?.Alg == Algorithm;

    /// <summary>Whether its times say now. One without any would be good for ever.</summary>
    public static bool IsFresh(string token, DateTimeOffset now) => ClaimsOf(token) is { } claims
        && (claims.Iat ?? claims.Exp) is not null
        && (claims.Iat is not { } made || CallAge.IsFresh((long)made, now))
        && (claims.Exp is not { } end || end > now.ToUnixTimeSeconds())
        && (claims.Nbf is not { } start || start <= now.ToUnixTimeSeconds() + CallAge.Most.TotalSeconds);

    /// <summary>Whether it is about this body, where it says.</summary>
    public static bool IsFor(string token, ReadOnlySpan<byte> body) => ClaimsOf(token) is { } claims
        && (claims.PayloadHash is not { } hash
            || string.Equals(hash, Convert.ToHexStringLower(SHA256.HashData(body)), StringComparison.OrdinalIgnoreCase));

    private static TokenClaims? ClaimsOf(string token) => Read(token.Split('.')[1], WebhookTokenJson.Default.TokenClaims);

    private static T? Read<T>(string part, JsonTypeInfo<T> type)
        where T : class => Decode(part) is { } json ? ForeignJson.TryRead(json, type) : null;

    private static byte[]? Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>How it is signed.</summary>
internal sealed record TokenHeader(string? Alg);

/// <summary>Times in seconds since 1970; some write fractions of them.</summary>
internal sealed record TokenClaims(double? Iat, double? Exp, double? Nbf, string? PayloadHash);

/// <summary>The parts of a token.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TokenHeader))]
[JsonSerializable(typeof(TokenClaims))]
internal sealed partial class WebhookTokenJson : JsonSerializerContext;
