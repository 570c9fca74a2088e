using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Bridge.Abstractions;

namespace Bridge.Testing.Sms.Phone;

/// <summary>How the app calls its webhooks: signed anew for each try, one after another, again until it is answered with 2xx.</summary>
internal sealed class PhoneCalls : IAsyncDisposable
{
    public const string SigningKey = "canary-signing-key";

    private readonly Channel<(string Url, byte[] Body)> _waiting = Channel.CreateUnbounded<(string, byte[])>();
    private readonly CancellationTokenSource _closing = new();
    private readonly HttpClient _http = new();
    private readonly Task _worker;

    public PhoneCalls() => _worker = CallAsync();

    /// <summary>By their ids.</summary>
    public ConcurrentDictionary<string, JsonObject> Hooks { get; } = [];

    public static (string Name, string Value)[] Sign(byte[] body, long seconds, string key = SigningKey)
    {
        var timestamp = seconds.ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. body, .. Encoding.ASCII.GetBytes(timestamp)];
        return [("X-Timestamp", timestamp), ("X-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed)))];
    }

    /// <summary>What the app says of a message that came in.</summary>
    public static JsonObject Of(PhoneDouble.Came came) => new()
    {
        ["messageId"] = ((uint)int.Parse(came.Hash, CultureInfo.InvariantCulture)).ToString("x", CultureInfo.InvariantCulture),
        ["sender"] = came.From,
        ["phoneNumber"] = came.From,
        ["simNumber"] = 1,
        ["message"] = came.Text,
        ["receivedAt"] = PhoneDouble.Written(came.At),
    };

    /// <summary>What the app says of a message of ours.</summary>
    public static JsonObject Of(PhoneDouble.Taken taken, string? reason = null) => new()
    {
        ["messageId"] = taken.Id, ["recipient"] = taken.To, ["phoneNumber"] = taken.To, ["reason"] = reason,
    };

    public static byte[] Envelope(string name, JsonObject payload, string id = "Ey6ECgOkVVFjz3CL48B8C") => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["id"] = id, ["webhookId"] = "w", ["event"] = name, ["deviceId"] = PhoneDouble.Device, ["payload"] = payload.DeepClone(),
    }.ToJsonString());

    /// <summary>Calls whoever asked to be told of it.</summary>
    public void Tell(string name, JsonObject payload)
    {
        foreach (var hook in Hooks.Values.Where(hook => (string?)hook["event"] == name))
        {
            _waiting.Writer.TryWrite(((string)hook["url"]!, Envelope(name, payload, EventId.New(TimeProvider.System).ToString())));
        }
    }

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
            await foreach (var (url, body) in _waiting.Reader.ReadAllAsync(_closing.Token))
            {
                while (!await IsTakenAsync(url, body))
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

    private async Task<bool> IsTakenAsync(string url, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        foreach (var (name, value) in Sign(body, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

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
