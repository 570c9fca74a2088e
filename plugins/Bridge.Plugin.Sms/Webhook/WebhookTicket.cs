using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>
/// The URL that stands for <c>{callback}</c>: which message a report is about, signed, since a signature of a call need not cover its URL. Pure.
/// </summary>
internal static class WebhookTicket
{
    private const int SignatureBytes = 16;

    public static string UrlOf(Uri callback, Secret secret, DeliveryKey key) =>
        $"{callback.AbsoluteUri.TrimEnd('/')}/{WebhookDesk.ReportPath}?key={Uri.EscapeDataString(key.Value)}&ticket={SignatureOf(secret, key.Value)}";

    /// <summary>Null when the call has none of ours.</summary>
    public static DeliveryKey? TryRead(Secret secret, HttpCall call)
    {
        string? Parameter(string name) => call.Query.FirstOrDefault(parameter => parameter.Key == name).Value;
        return Parameter("key") is { Length: > 0 and <= 64 } key && Parameter("ticket") is { } shown
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(SignatureOf(secret, key)), Encoding.UTF8.GetBytes(shown))
            ? new DeliveryKey(key) : null;
    }

    private static string SignatureOf(Secret secret, string key) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal()), Encoding.UTF8.GetBytes($"report\n{key}")).AsSpan(0, SignatureBytes));
}
