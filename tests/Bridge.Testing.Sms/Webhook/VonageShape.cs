using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bridge.Testing.Sms.Webhook;

/// <summary>Vonage's Messages API: JSON, Basic authentication, numbers without a plus; its calls bear a token with a hash of the body.</summary>
internal sealed class VonageShape : ServiceShape
{
    public override string Path => "/v1/messages";

    public override (int Status, string Answer, ServiceMessage? Taken) Process(HttpRequest request, string body, string id)
    {
        if (request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}")))
        {
            return (401, Error("Unauthorized"), null);
        }

        var json = JsonNode.Parse(body)!;
        string? Field(string name) => (string?)json[name];
        return (Field("channel"), Field("message_type"), Field("to"), Field("from"), Field("text")) is ("sms", "text", { Length: >= 7 } to,
            { Length: > 0 } from, { Length: > 0 } text)
            && to.All(char.IsAsciiDigit) && to[0] != '0' && Field("client_ref") is null or { Length: <= 100 }
            ? (202, new JsonObject { ["message_uuid"] = id }.ToJsonString(), new ServiceMessage(id, to, from, text, Field("client_ref")))
            : (422, Error("Invalid params"), null);
    }

    public override (string Behind, string Body) Message(string id, string from, string text) => ("/message", new JsonObject
    {
        ["channel"] = "sms", ["message_uuid"] = id, ["to"] = "4915100000000", ["from"] = from.TrimStart('+'), ["timestamp"] = "2026-11-22T12:14:25Z",
        ["text"] = text, ["sms"] = new JsonObject { ["num_messages"] = "1" },
            ["usage"] = new JsonObject { ["currency"] = "EUR", ["price"] = "0.0333" },
    }.ToJsonString());

    public override (string Behind, string Body)? Report(ServiceMessage message, bool isDelivered)
    {
        var report = new JsonObject
        {
            ["channel"] = "sms", ["message_uuid"] = message.Id, ["to"] = message.To, ["from"] = message.From, ["timestamp"] = "2026-11-22T12:14:25Z",
            ["status"] = isDelivered ? "delivered" : "undeliverable", ["client_ref"] = message.Reference,
        };
        if (!isDelivered)
        {
            report["error"] = new JsonObject { ["type"] = "https://developer.vonage.com/api-errors/messages#1320", ["title"] = "1320",
                ["detail"] = "canary" };
        }

        return ("/report", report.ToJsonString());
    }

    public override IEnumerable<(string Name, string Value)> Sign(byte[] body, DateTimeOffset at) =>
        [("Authorization", "Bearer " + Token(new JsonObject
    {
        ["iat"] = at.ToUnixTimeSeconds(), ["jti"] = at.Ticks.ToString(CultureInfo.InvariantCulture), ["iss"] = "Vonage",
        ["payload_hash"] = Convert.ToHexStringLower(SHA256.HashData(body)), ["api_key"] = Username,
    }))];

    private static string Error(string title) => new JsonObject { ["title"] = title, ["detail"] = "canary +4915112345678" }.ToJsonString();
}
