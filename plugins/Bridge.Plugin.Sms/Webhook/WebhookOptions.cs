using System.ComponentModel;
using System.Text.Json.Nodes;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>How one message becomes one request.</summary>
public sealed record WebhookSendOptions
{
    [Description("The body, as JSON. Its texts may hold {to}, {text}, {from}, {id}, {callback}, {username} and {password}: whatever stands for them "
        + "stays inside its text.")]
    [Example("{ to: \"{to}\", text: \"{text}\" }")]
    public JsonNode? Json { get; init; }

    [Description("The body, as a form, in the place of 'json'.")]
    [Example("{ To: \"{to}\", Text: \"{text}\" }")]
    public IReadOnlyDictionary<string, string> Form { get; init; } = new Dictionary<string, string>();

    [Description("What stands behind the question mark of the URL.")]
    [Example("{ number: \"{to}\", text: \"{text}\" }")]
    public IReadOnlyDictionary<string, string> Query { get; init; } = new Dictionary<string, string>();

    [Description("Further headers; without {to} and {text}.")]
    [Example("{ Authorization: \"Bearer {password}\" }")]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    [Description("The method of the request; post where there is a body, get where there is none.")]
    [Example("post")]
    public WebhookMethod? Method { get; init; }

    [Description("Where the service's name of the message stands in its answer, as a path into its JSON. Needed for 'receive.report.id'.")]
    [Example("messages[0].message-id")]
    public string? Id { get; init; }

    [Description("When the service has taken the message; without it, when its answer has a status of 200 to 299.")]
    public WebhookSuccessOptions Success { get; init; } = new();

    [Description("Further statuses by which the service says that it did not take the message, and may later: besides 429, and 503 with "
        + "Retry-After. Only those of which it says so: a proxy's 502 tells nothing of what lies behind it.")]
    [Example("[503]")]
    public EquatableArray<int> Retry { get; init; }

    [Description("For how long the service drops a repeat with the same {id}: what is unclear is then handed over again for so long. Only where the "
        + "service promises that.")]
    [Example("1d")]
    public TimeSpan? Remembers { get; init; }
}

/// <summary>What an answer says when it says yes.</summary>
public sealed record WebhookSuccessOptions
{
    [Description("The statuses of such an answer; 200 to 299 unless written.")]
    [Example("[202]")]
    public EquatableArray<int> Status { get; init; }

    [Description("Where in the JSON of the answer it is said; without it the whole answer is what is looked at.")]
    [Example("messages[0].status")]
    public string? Path { get; init; }

    [Description("What stands there when the message is taken; anything else refuses it. Without it what stands there is not looked at.")]
    [Example("\"0\"")]
    public EquatableArray<string> Is { get; init; }

    [Description("What stands there when the service takes nothing just now.")]
    [Example("\"1\"")]
    public EquatableArray<string> Later { get; init; }

    [Description("What stands there when the service does not know itself what became of it: such a message is uncertain.")]
    [Example("TIMEOUT")]
    public EquatableArray<string> Unclear { get; init; }
}

/// <summary>How the service calls, and what it says then.</summary>
public sealed record WebhookReceiveOptions
{
    [Description("How a call shows that it is the service's, by 'secret'.")]
    public WebhookAuthOptions Auth { get; init; } = new();

    [Description("Where things stand in a call that brings a message, at 'callback' with /message behind it.")]
    public WebhookMessageOptions? Message { get; init; }

    [Description("Where things stand in a call that says what became of a message, at 'callback' with /report behind it.")]
    public WebhookReportOptions? Report { get; init; }
}

/// <summary>What proves a call.</summary>
public sealed record WebhookAuthOptions
{
    [Description("bearer: the secret stands in the header Authorization. header: in another. parameter: in the query, or in a field of the body. "
        + "hmac: a header has an HMAC with SHA-256 of the body. jwt: a header has a JSON Web Token (HS256) that was signed with it.")]
    public WebhookProof By { get; init; } = WebhookProof.Bearer;

    [Description("The name of that header or parameter; needed for header, parameter and hmac.")]
    [Example("X-Signature")]
    public string? Name { get; init; }

    [Description("hmac: what is signed: {body} and {timestamp}, and what stands between. Without it {body}, or {timestamp}.{body} with 'timestamp'.")]
    [Example("\"{timestamp}.{body}\"")]
    public string? Over { get; init; }

    [Description("hmac: the header with the time of the signature, in seconds since 1970. A call may then be five minutes old.")]
    [Example("X-Timestamp")]
    public string? Timestamp { get; init; }

    [Description("hmac: how the signature is written: hex or base64.")]
    public WebhookEncoding Encoding { get; init; } = WebhookEncoding.Hex;

    [Description("hmac: what stands before the signature.")]
    [Example("\"sha256=\"")]
    public string Prefix { get; init; } = "";
}

/// <summary>The fields of a message that comes in.</summary>
public sealed record WebhookMessageOptions
{
    [Description("The sender: a path into the JSON of the call, or the name of a field of its form or query.")]
    [Example("data.from")]
    public required string From { get; init; }

    [Description("The text.")]
    [Example("data.text")]
    public required string Text { get; init; }

    [Description("Which of our numbers it came to.")]
    [Example("data.to")]
    public string? To { get; init; }

    [Description("The service's name of the message, by which one that comes again is known.")]
    [Example("data.id")]
    public string? Id { get; init; }

    [Description("When it was sent: ISO 8601, or seconds or milliseconds since 1970. Without 'id' a message that comes again is known by it and its "
        + "text; without both it is not.")]
    [Example("data.timestamp")]
    public string? Time { get; init; }
}

/// <summary>The fields of a report on a message of ours.</summary>
public sealed record WebhookReportOptions
{
    [Description("What became of it: a path into the JSON of the call, or the name of a field of its form or query.")]
    [Example("status")]
    public required string State { get; init; }

    [Description("The service's name of the message, which 'send.id' found in its answer.")]
    [Example("message_uuid")]
    public string? Id { get; init; }

    [Description("Where {id} comes back.")]
    [Example("client_ref")]
    public string? OurId { get; init; }

    [Description("Why it failed: a code.")]
    [Example("error.code")]
    public string? Reason { get; init; }

    [Description("The words of the service for what the phone has. Words that stand nowhere are passed over: it is still on its way.")]
    public EquatableArray<string> Delivered { get; init; } = ["delivered"];

    [Description("Its words for what was read.")]
    public EquatableArray<string> Read { get; init; } = ["read"];

    [Description("Its words for what will not arrive any more.")]
    public EquatableArray<string> Failed { get; init; } = ["failed", "undelivered", "undeliverable", "rejected", "expired"];
}

/// <summary>Of a request.</summary>
public enum WebhookMethod
{
    /// <summary>Without a body.</summary>
    Get,

    /// <summary>With one, or without.</summary>
    Post,

    /// <summary>As <see cref="Post"/>.</summary>
    Put,
}

/// <summary>How numbers with their country are written.</summary>
public enum WebhookNumbers
{
    /// <summary>+491511234567.</summary>
    Plus,

    /// <summary>491511234567.</summary>
    Digits,

    /// <summary>00491511234567.</summary>
    Zeros,
}

/// <summary>What a call is believed for.</summary>
public enum WebhookProof
{
    /// <summary>Authorization: Bearer.</summary>
    Bearer,

    /// <summary>The secret in a header.</summary>
    Header,

    /// <summary>The secret in a parameter.</summary>
    Parameter,

    /// <summary>A signature of the body.</summary>
    Hmac,

    /// <summary>A signed token.</summary>
    Jwt,
}

/// <summary>Of the bytes of a signature.</summary>
public enum WebhookEncoding
{
    /// <summary>Hexadecimal digits.</summary>
    Hex,

    /// <summary>With or without the equals signs at its end.</summary>
    Base64,
}
