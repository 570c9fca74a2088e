using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Bridge.Abstractions;

namespace Bridge.Testing.Sms.Phone;

/// <summary>How the app calls its webhooks: signed anew for each try, one after another, again until it is answered with 2xx.</summary>
internal sealed class PhoneCalls : IAsyncDisposable
{
    public const string SigningKey = "canary-signing-key";

    private readonly CallQueue _calls = new("application/json", (_, body) => Sign(body, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));

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
            _calls.Tell((string)hook["url"]!, Envelope(name, payload, EventId.New(TimeProvider.System).ToString()));
        }
    }

    public ValueTask DisposeAsync() => _calls.DisposeAsync();
}
