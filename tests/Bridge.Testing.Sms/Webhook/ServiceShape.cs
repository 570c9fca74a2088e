using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bridge.Testing.Sms.Webhook;

/// <summary>One real service, as its public documentation describes its requests and its calls.</summary>
internal abstract class ServiceShape
{
    public const string Secret = "canary-signing-key";
    public const string Password = "canary-api-secret";
    public const string Username = "canary-user";

    /// <summary>Where it takes messages.</summary>
    public abstract string Path { get; }

    /// <summary>What its calls say that their body is; null for nothing.</summary>
    public virtual string? ContentType => "application/json";

    /// <summary>What it answers, and the message when it takes one; <paramref name="id"/> is what it would call it.</summary>
    public abstract (int Status, string Answer, ServiceMessage? Taken) Process(HttpRequest request, string body, string id);

    /// <summary>How it calls with a message that came in: what stands behind the address, and the body.</summary>
    public abstract (string Behind, string Body) Message(string id, string from, string text);

    /// <summary>How it calls with what became of a message; null where it does not.</summary>
    public abstract (string Behind, string Body)? Report(ServiceMessage message, bool isDelivered);

    /// <summary>What proves a call.</summary>
    public abstract IEnumerable<(string Name, string Value)> Sign(byte[] body, DateTimeOffset at);

    protected static string Token(JsonObject claims)
    {
        static string Part(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var signed = $"{Part("""{"alg":"HS256","typ":"JWT"}"""u8.ToArray())}.{Part(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        return $"{signed}.{Part(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(signed)))}";
    }
}

/// <summary>One message that was taken.</summary>
/// <param name="Reference">Our name for it, where the service takes one.</param>
internal sealed record ServiceMessage(string Id, string To, string? From, string Text, string? Reference);
