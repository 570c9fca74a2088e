using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bridge.Testing.Sms.Webhook;

/// <summary>httpSMS: JSON, a key in a header; its calls are CloudEvents that do not say what their body is, and bear a token.</summary>
internal sealed class HttpSmsShape : ServiceShape
{
    private const string Number = "+4915100000000";

    public override string Path => "/v1/messages/send";

    public override string? ContentType => null;

    public override (int Status, string Answer, ServiceMessage? Taken) Process(HttpRequest request, string body, string id)
    {
        if (request.Headers["x-api-key"] != Password)
        {
            return (401, """{"status":"error","message":"You are not authorized to carry out this request."}""", null);
        }

        var json = JsonNode.Parse(body)!;
        string? Field(string name) => (string?)json[name];
        return (Field("content"), Field("from"), Field("to")) is ({ Length: > 0 } content, Number, ['+', ..] to)
            ? (200, new JsonObject
            {
                ["status"] = "success", ["message"] = "message added to queue",
                ["data"] = new JsonObject { ["id"] = id, ["content"] = content, ["status"] = "pending", ["request_id"] = Field("request_id") },
            }.ToJsonString(), new ServiceMessage(id, to, Number, content, Field("request_id")))
            : (422, """{"status":"error","message":"validation errors while sending message","data":{"to":["canary"]}}""", null);
    }

    public override (string Behind, string Body) Message(string id, string from, string text) =>
        ("/message", Event("message.phone.received", new JsonObject
    {
        ["message_id"] = id, ["owner"] = Number, ["contact"] = from, ["timestamp"] = "2026-11-22T12:14:25.442496539Z", ["content"] = text,
            ["sim"] = "SIM1",
    }));

    public override (string Behind, string Body)? Report(ServiceMessage message, bool isDelivered)
    {
        var data = new JsonObject
        {
            ["id"] = message.Id, ["owner"] = Number, ["contact"] = message.To, ["content"] = message.Text, ["request_id"] = message.Reference,
                ["sim"] = "SIM1",
        };
        if (!isDelivered)
        {
            data["error_message"] = "RESULT_ERROR_NO_SERVICE";
        }

        return ("/report", Event(isDelivered ? "message.phone.delivered" : "message.send.failed", data));
    }

    public override IEnumerable<(string Name, string Value)> Sign(byte[] body, DateTimeOffset at) =>
    [
        ("X-Event-Type", "message.phone.received"),
        ("Authorization", "Bearer " + Token(new JsonObject
        {
            ["aud"] = "https://bridge.example.org/endpoints/sms/message", ["exp"] = at.AddMinutes(10).ToUnixTimeSeconds(),
                ["iat"] = at.ToUnixTimeSeconds(),
            ["iss"] = "api.httpsms.com", ["nbf"] = at.AddMinutes(-10).ToUnixTimeSeconds(), ["sub"] = "user",
        })),
    ];

    private static string Event(string type, JsonObject data) => new JsonObject
    {
        ["specversion"] = "1.0", ["id"] = "bd4145c3-ec0e-4406-b419-4a770a699987", ["source"] = "/v1/messages", ["type"] = type,
        ["datacontenttype"] = "application/json", ["time"] = "2026-11-22T12:14:25.442496539Z", ["data"] = data,
    }.ToJsonString();
}
