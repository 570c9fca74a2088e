using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bridge.Testing.Sms.Phone;

/// <summary>
/// SMS Gateway for Android as its source says (July 2026): refuses a second message of one id, names what comes in by a hash, calls https:// or
/// 127.0.0.1 alone, and again until it is answered with 2xx.
/// </summary>
internal sealed class PhoneDouble : HttpDouble
{
    public const string Username = "sms";
    public const string Password = "canary-password";
    public const string Device = "ffffffffceb0b1db";

    private readonly Lock _gate = new();
    private readonly List<Taken> _taken = [];
    private readonly List<Came> _inbox = [];

    private PhoneDouble()
    {
    }

    /// <summary>One message that was accepted.</summary>
    public sealed record Taken(string Id, string To, string Text, string Query, JsonObject Request)
    {
        public string State { get; set; } = "Pending";

        public string? Error { get; set; }
    }

    /// <summary>One message that came to the phone.</summary>
    public sealed record Came(string Hash, string From, string Text, DateTimeOffset At);

    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>Where it calls.</summary>
    public PhoneCalls Calls { get; } = new();

    /// <summary>The phones of the account; of the phone itself there is one.</summary>
    public List<string> Devices { get; } = [Device];

    public DateTimeOffset LastSeen { get; set; } = TimeProvider.System.GetUtcNow();

    /// <summary>Null when it shows what came in; a server answers 501.</summary>
    public int? InboxStatus { get; set; }

    /// <summary>Since version 1.56 of the app.</summary>
    public bool KnowsMms { get; set; } = true;

    /// <summary>How many webhooks were made or changed.</summary>
    public int Registrations { get; private set; }

    /// <summary>What is answered in the place of the right thing; null: the right thing. It may have been done all the same.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    public IReadOnlyList<Taken> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _taken];
            }
        }
    }

    /// <summary>In the phone's own zone.</summary>
    public static string Written(DateTimeOffset time) =>
        time.ToOffset(TimeSpan.FromHours(1)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    public static async Task<PhoneDouble> StartAsync()
    {
        var phone = new PhoneDouble();
        await phone.OpenAsync();
        return phone;
    }

    /// <summary>A message comes to the phone; <paramref name="at"/> is the time of the SMS centre.</summary>
    public Came Receive(string from, string text, DateTimeOffset at)
    {
        var came = new Came(HashOf(from, text, at).ToString(CultureInfo.InvariantCulture), from, text, at);
        lock (_gate)
        {
            _inbox.Add(came);
        }

        return came;
    }

    /// <summary>The phone gets somewhere with a message.</summary>
    public void Move(string id, string state, string? error = null)
    {
        var message = All.Single(taken => taken.Id == id);
        (message.State, message.Error) = (state, error);
    }

    /// <summary>The next answers to new messages are these.</summary>
    public void Answer(int status, string body = "", int times = 1) => Instead = async context =>
    {
        if (context.Request.Method != "POST" || context.Request.Path != "/messages" || times-- <= 0)
        {
            return false;
        }

        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body);
        return true;
    };

    public override async Task ProcessRequestAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}")))
        {
            context.Response.StatusCode = 401;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (Instead is { } instead && await instead(context))
        {
            return;
        }

        var (status, answer) = Process(context.Request, body.Length > 0 ? JsonNode.Parse(body.ToArray())!.AsObject() : []);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer?.ToJsonString() ?? "");
    }

    public override async ValueTask DisposeAsync()
    {
        await Calls.DisposeAsync();
        await base.DisposeAsync();
    }

    private (int Status, JsonNode? Answer) Process(HttpRequest request, JsonObject content) =>
        (request.Method, request.Path.Value!.Split('/')) switch
        {
            ("GET", ["", "device"]) => (200, DeviceList()),
            ("POST", ["", "messages"]) => Take(request.QueryString.Value!, content),
            ("GET", ["", "messages", var id]) => All.FirstOrDefault(taken => taken.Id == id) is { } taken ? (200, StatusOf(taken)) : (404, null),
            ("GET", ["", "webhooks"]) => (200, new JsonArray([.. Calls.Hooks.Values.Select(hook => hook.DeepClone())])),
            ("POST", ["", "webhooks"]) => Register(content),
            ("GET", ["", "inbox"]) => InboxStatus is { } status ? (status, null) : List(request.Query),
            _ => (404, null),
        };

    private JsonArray DeviceList() =>
        new([.. Devices.Select(id => new JsonObject { ["id"] = id, ["lastSeen"] = Written(LastSeen) })]);

    private (int Status, JsonNode? Answer) Take(string query, JsonObject request)
    {
        if ((string?)request["deviceId"] is { } device && !Devices.Contains(device))
        {
            return (400, new JsonObject { ["message"] = "Invalid device ID" });
        }

        var (to, text) = ((string)request["phoneNumbers"]![0]!, (string)request["textMessage"]!["text"]!);
        var taken = new Taken((string)request["id"]!, to, text, query, request);
        lock (_gate)
        {
            if (_taken.Any(other => other.Id == taken.Id))
            {
                return (409, new JsonObject { ["message"] = "Message with the same ID already exists" });
            }

            _taken.Add(taken);
        }

        return (202, StatusOf(taken));
    }

    private static JsonObject StatusOf(Taken taken) => new()
    {
        ["id"] = taken.Id,
        ["deviceId"] = Device,
        ["state"] = taken.State,
        ["isHashed"] = false,
        ["isEncrypted"] = false,
        ["recipients"] = new JsonArray(new JsonObject { ["phoneNumber"] = taken.To, ["state"] = taken.State, ["error"] = taken.Error }),
        ["states"] = new JsonObject { [taken.State] = "2026-11-22T08:05:33.000+01:00" },
    };

    private (int Status, JsonNode? Answer) Register(JsonObject hook)
    {
        var url = new Uri((string)hook["url"]!);
        if (url.Scheme != "https" && url.Host != "127.0.0.1")
        {
            return (400, new JsonObject { ["message"] = "url must start with https:// or http://127.0.0.1" });
        }

        if (!KnowsMms && (string?)hook["event"] == "mms:downloaded")
        {
            return (400, new JsonObject { ["message"] = "Unknown event" });
        }

        Registrations++;
        Calls.Hooks[(string)hook["id"]!] = hook;
        return (201, hook.DeepClone());
    }

    private (int Status, JsonNode? Answer) List(IQueryCollection query)
    {
        var from = DateTimeOffset.Parse(query["from"]!, CultureInfo.InvariantCulture);
        var to = DateTimeOffset.Parse(query["to"]!, CultureInfo.InvariantCulture);
        if (from > to)
        {
            return (400, new JsonObject { ["message"] = "Start date cannot be after end date" });
        }

        lock (_gate)
        {
            var listed = _inbox.Where(came => came.At >= from && came.At <= to).OrderByDescending(came => came.At)
                .Skip(int.Parse(query["offset"]!, CultureInfo.InvariantCulture)).Take(int.Parse(query["limit"]!, CultureInfo.InvariantCulture));
            return (200, new JsonArray([.. listed.Select(came => new JsonObject
            {
                ["id"] = "text:" + came.Hash, ["type"] = "SMS", ["sender"] = came.From, ["contentPreview"] = came.Text,
                ["createdAt"] = Written(came.At), ["attachments"] = new JsonArray(),
            })]));
        }
    }

    /// <summary>As Java makes it of a message.</summary>
    private static int HashOf(string from, string text, DateTimeOffset at)
    {
        static int Of(string words) => words.Aggregate(0, (hash, letter) => unchecked((hash * 31) + letter));
        var time = at.ToUnixTimeMilliseconds();
        return unchecked((31 * ((31 * ((31 * Of(from)) + (int)(time ^ (time >> 32)))) + 1)) + Of(text));
    }
}
