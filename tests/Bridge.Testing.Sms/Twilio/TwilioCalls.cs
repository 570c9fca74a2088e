using System.Security.Cryptography;
using System.Text;

namespace Bridge.Testing.Sms.Twilio;

/// <summary>How Twilio calls, with retries switched on (#rc=5&amp;rp=all): signed, one after another, again until it is answered with 2xx.</summary>
internal sealed class TwilioCalls : IAsyncDisposable
{
    public const string Token = "canary-auth-token";

    private readonly CallQueue _calls = new("application/x-www-form-urlencoded; charset=UTF-8", (url, body) => [("X-Twilio-Signature", Sign(url, Decode(body)))]);

    /// <summary>As Twilio's documentation says; <paramref name="url"/> with its query.</summary>
    public static string Sign(string url, IEnumerable<(string Name, string Value)> fields, string token = Token)
    {
        var signed = url + string.Concat(fields.OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => field.Name + field.Value));
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(token));
        hash.AppendData(Encoding.UTF8.GetBytes(signed));
        return Convert.ToBase64String(hash.GetHashAndReset());
    }

    /// <summary>As a form; a space is a plus.</summary>
    public static byte[] Encode(IEnumerable<(string Name, string Value)> fields) => Encoding.ASCII.GetBytes(string.Join(
        '&', fields.Select(field => $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value)}"))
        .Replace("%20", "+", StringComparison.Ordinal));

    /// <summary>What Twilio says of a message that came in.</summary>
    public static (string Name, string Value)[] Message(string id, string from, string text) =>
    [
        ("ToCountry", "DE"), ("SmsMessageSid", id), ("NumMedia", "0"), ("SmsSid", id), ("SmsStatus", "received"), ("Body", text), ("To", "+4915100000000"),
        ("NumSegments", "1"), ("MessageSid", id), ("AccountSid", TwilioDouble.Account), ("From", from), ("ApiVersion", "2010-04-01"),
    ];

    /// <summary>What Twilio says of a message of ours.</summary>
    public static (string Name, string Value)[] Status(TwilioDouble.Taken taken, string status, string? error = null) =>
    [
        ("SmsSid", taken.Sid), ("SmsStatus", status), ("MessageStatus", status), ("To", taken.To), ("MessageSid", taken.Sid), ("AccountSid", TwilioDouble.Account),
        ("From", taken.From ?? ""), ("ApiVersion", "2010-04-01"), .. error is null ? (IEnumerable<(string, string)>)[] : [("ErrorCode", error)],
    ];

    public void Tell(string url, (string Name, string Value)[] fields) => _calls.Tell(url, Encode(fields));

    public ValueTask DisposeAsync() => _calls.DisposeAsync();

    private static IEnumerable<(string Name, string Value)> Decode(byte[] form) => Encoding.ASCII.GetString(form).Split('&')
        .Select(field => field.Replace('+', ' ').Split('='))
        .Select(pair => (Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1])));
}
