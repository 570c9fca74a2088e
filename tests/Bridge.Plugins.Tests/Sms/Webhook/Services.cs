using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Webhook;

namespace Bridge.Plugins.Tests.Sms.Webhook;

/// <summary>How the services of docs/WEBHOOK.md are described; that the page says it so is tested where configurations are read.</summary>
internal static class Services
{
    public const string Callback = "https://bridge.example.org/endpoints/sms";

    public static IReadOnlyList<string> Names { get; } = ["vonage", "httpsms", "teltonika"];

    public static ServiceShape ShapeOf(string name) => name switch
    {
        "vonage" => new VonageShape(),
        "httpsms" => new HttpSmsShape(),
        _ => new TeltonikaShape(),
    };

    public static SmsOptions OptionsFor(WebhookDouble service) => new() { Driver = DriverFor(service), Sender = "+4915100000000", Country = "49" };

    private static DriverOptions DriverFor(WebhookDouble service)
    {
        var account = new DriverOptions
        {
            Kind = DriverKind.Webhook, Url = service.Url, Password = new Secret(ServiceShape.Password), Secret = new Secret(ServiceShape.Secret),
            Callback = new Uri(Callback),
        };
        return service.Shape switch
        {
            VonageShape => Vonage(account with { Username = ServiceShape.Username }),
            HttpSmsShape => HttpSms(account),
            _ => Teltonika(account with { Username = ServiceShape.Username }),
        };
    }

    private static DriverOptions Vonage(DriverOptions account) => account with
    {
        Numbers = WebhookNumbers.Digits,
        Send = new WebhookSendOptions
        {
            Json = JsonNode.Parse("""{"channel":"sms","message_type":"text","to":"{to}","from":"{from}","text":"{text}","client_ref":"{id}"}"""),
            Id = "message_uuid",
        },
        Receive = new WebhookReceiveOptions
        {
            Auth = new WebhookAuthOptions { By = WebhookProof.Jwt },
            Message = new WebhookMessageOptions { From = "from", To = "to", Text = "text", Id = "message_uuid", Time = "timestamp" },
            Report = new WebhookReportOptions { OurId = "client_ref", State = "status", Reason = "error.title" },
        },
    };

    private static DriverOptions HttpSms(DriverOptions account) => account with
    {
        Send = new WebhookSendOptions
        {
            Json = JsonNode.Parse("""{"to":"{to}","from":"{from}","content":"{text}"}"""),
            Headers = new Dictionary<string, string> { ["x-api-key"] = "{password}" },
            Id = "data.id",
        },
        Receive = new WebhookReceiveOptions
        {
            Auth = new WebhookAuthOptions { By = WebhookProof.Jwt },
            Message = new WebhookMessageOptions { From = "data.contact", To = "data.owner", Text = "data.content", Id = "data.message_id",
                Time = "data.timestamp" },
            Report = new WebhookReportOptions
            {
                Id = "data.id", State = "type", Reason = "data.error_message", Delivered = ["message.phone.delivered"],
                Failed = ["message.send.failed", "message.send.expired"],
            },
        },
    };

    private static DriverOptions Teltonika(DriverOptions account) => account with
    {
        Numbers = WebhookNumbers.Zeros,
        Send = new WebhookSendOptions
        {
            Query = new Dictionary<string,
                string> { ["username"] = "{username}", ["password"] = "{password}", ["number"] = "{to}", ["text"] = "{text}" },
            Success = new WebhookSuccessOptions { Is = ["OK"], Unclear = ["TIMEOUT"] },
        },
        Receive = new WebhookReceiveOptions
        {
            Auth = new WebhookAuthOptions { By = WebhookProof.Parameter, Name = "token" },
            Message = new WebhookMessageOptions { From = "sender", Text = "text" },
        },
    };
}
