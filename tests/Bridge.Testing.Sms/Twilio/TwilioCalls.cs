using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;

namespace Bridge.Testing.Sms.Twilio;

/// <summary>How Twilio calls, with retries switched on (#rc=5&amp;rp=all): signed, one after another, again until it is answered with 2xx.</summary>
internal sealed class TwilioCalls : IAsyncDisposable
{
    public const string Token = "canary-auth-token";

    private readonly Channel<(string Url, (string Name, string Value)[] Fields)> _waiting = Channel.CreateUnbounded<(string, (string, string)[])>();
    private readonly CancellationTokenSource _closing = new();
    private readonly HttpClient _http = new();
    private readonly Task _worker;

    public TwilioCalls() => _worker = CallAsync();

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

    public void Tell(string url, (string Name, string Value)[] fields) => _waiting.Writer.TryWrite((url, fields));

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _worker;
        _http.Dispose();
        _closing.Dispose();
    }

    private async Task CallAsync()
    {
        try
        {
            await foreach (var (url, fields) in _waiting.Reader.ReadAllAsync(_closing.Token))
            {
                while (!await IsTakenAsync(url, fields))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _closing.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }

    private async Task<bool> IsTakenAsync(string url, (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Encode(fields)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
        request.Headers.TryAddWithoutValidation("X-Twilio-Signature", Sign(url, fields));
        try
        {
            using var response = await _http.SendAsync(request, _closing.Token);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
