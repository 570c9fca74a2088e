using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>Whether a call is the service's, by what the configuration says it shows. Pure.</summary>
internal sealed class WebhookProofCheck(WebhookAuthOptions auth, Secret secret)
{
    private const string Scheme = "Bearer ";
    private readonly byte[] _secret = SHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal()));

    /// <summary>A signature covers the body alone: what stands in the query may be anybody's.</summary>
    public bool CoversQuery => auth.By is WebhookProof.Bearer or WebhookProof.Header or WebhookProof.Parameter;

    /// <summary>Whether it shows something at all; that in a body is not looked for.</summary>
    public bool IsShownBy(HttpCall call) => auth.By == WebhookProof.Parameter
        ? call.Query.Any(parameter => parameter.Key == auth.Name)
        : call.Headers.ContainsKey(HeaderName);

    /// <summary>Why it is not to be believed; null when it is.</summary>
    public (int Status, string Why)? FaultOf(HttpCall call, ReadOnlyMemory<byte> body, CallFields fields, DateTimeOffset now)
    {
        var shown = auth.By == WebhookProof.Parameter ? fields.Find(auth.Name) : call.Headers.GetValueOrDefault(HeaderName);
        return shown is null ? (401, "a call that shows no secret or signature (is driver.receive.auth as the service does it?)") : auth.By switch
        {
            WebhookProof.Hmac => FaultOfSignature(call, body.Span, shown, now),
            WebhookProof.Jwt => FaultOfToken(Bare(shown), body.Span, now),
            WebhookProof.Bearer => FaultOfSecret(Bare(shown)),
            _ => FaultOfSecret(shown),
        };
    }

    private string HeaderName => auth.Name ?? "Authorization";

    private static (int, string)? Old => (403, "a call signed more than five minutes ago or ahead (are both clocks right?)");

    private static string Bare(string shown) => shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? shown[Scheme.Length..].Trim() : shown;

    private (int, string)? FaultOfSecret(string shown) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(shown)), _secret) ? null : (403, "a call with a wrong secret");

    private (int, string)? FaultOfSignature(HttpCall call, ReadOnlySpan<byte> body, string shown, DateTimeOffset now)
    {
        var timestamp = auth.Timestamp is { } header ? call.Headers.GetValueOrDefault(header, "") : "";
        return !WebhookSignature.IsOf(secret, auth, body, timestamp, shown)
                ? (403, "a call with a wrong signature (are driver.secret and driver.receive.auth as the service has them?)")
            : auth.Timestamp is not null && !CallAge.IsFresh(timestamp, now) ? Old
            : null;
    }

    private (int, string)? FaultOfToken(string token, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        !WebhookToken.IsSigned(secret, token) ? (403, "a call with a wrong token (is driver.secret what the service signs with?)")
        : !WebhookToken.IsFresh(token, now) ? Old
        : !WebhookToken.IsFor(token, body) ? (403, "a call whose token is that of another")
        : null;
}
