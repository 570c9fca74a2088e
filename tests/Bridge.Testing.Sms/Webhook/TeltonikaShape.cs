using Microsoft.AspNetCore.Http;

namespace Bridge.Testing.Sms.Webhook;

/// <summary>
/// A router of Teltonika: one GET for each message, a word for an answer, and a GET for what comes in. It names and reports nothing.
/// </summary>
internal sealed class TeltonikaShape : ServiceShape
{
    public override string Path => "/cgi-bin/sms_send";

    public override (int Status, string Answer, ServiceMessage? Taken) Process(HttpRequest request, string body, string id)
    {
        string? Field(string name) => request.Query[name] is [{ Length: > 0 } value] ? value : null;
        return request.Method != "GET" || (Field("username"), Field("password")) != (Username, Password) ? (200, "ERROR\n", null)
            : Field("number") is not ['0', '0', ..] number || !number.All(char.IsAsciiDigit) ? (200, "WRONG_NUMBER\n", null)
            : Field("text") is not { } text ? (200, "ERROR\n", null)
            : (200, "OK\n", new ServiceMessage(id, number, null, text, null));
    }

    public override (string Behind, string Body) Message(string id, string from, string text) =>
        ($"/message?sender={Uri.EscapeDataString(from)}&text={Uri.EscapeDataString(text)}&token={Secret}", "");

    public override (string Behind, string Body)? Report(ServiceMessage message, bool isDelivered) => null;

    public override IEnumerable<(string Name, string Value)> Sign(byte[] body, DateTimeOffset at) => [];
}
