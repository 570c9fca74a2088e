using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bridge.Testing.Sms.Twilio;

/// <summary>
/// Twilio's messages as its documentation says and its own client for node expects: knows no repeats, refuses by numbers, and may report on a message before
/// it has answered.
/// </summary>
internal sealed class TwilioDouble : HttpDouble
{
    public const string Account = "AC0123456789abcdef0123456789abcdef";
    public const string Number = "+4915100000000";
    public const string Key = "SK0123456789abcdef0123456789abcdef";
    public const string KeySecret = "canary-key-secret";
    private const string Messages = $"/2010-04-01/Accounts/{Account}/Messages.json";

    private readonly Lock _gate = new();
    private readonly List<Taken> _taken = [];
    private readonly List<Came> _inbox = [];
    private readonly Dictionary<string, Kept> _kept = [];

    private TwilioDouble()
    {
    }

    /// <summary>One message that was accepted.</summary>
    public sealed record Taken(string Sid, string To, string? From, string Text, IReadOnlyDictionary<string, string> Fields)
    {
        public string? Callback => Fields.GetValueOrDefault("StatusCallback");
    }

    /// <summary>One message that came in.</summary>
    public sealed record Came(string Sid, string From, string Text, DateTimeOffset At, int Files, string To, string? Service);

    /// <summary>A file of a message that came in.</summary>
    public sealed record Kept(string Sid, string Type, byte[] Bytes);

    public Uri Url => new($"http://127.0.0.1:{Port}");

    public TwilioCalls Calls { get; } = new();

    /// <summary>Who sent STOP.</summary>
    public HashSet<string> OptedOut { get; } = [];

    /// <summary>How often the list was read, from its beginning.</summary>
    public int Listings { get; private set; }

    /// <summary>What is answered in the place of the right thing; null: the right thing. It may have been done all the same.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>Whether the connection breaks when a message is taken, and before that is said.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Between the taking of a message and its answer.</summary>
    public Func<Taken, Task>? BeforeAnswer { get; set; }

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

    public static async Task<TwilioDouble> StartAsync()
    {
        var twilio = new TwilioDouble();
        await twilio.OpenAsync();
        return twilio;
    }

    /// <summary>A message comes in; nobody is called.</summary>
    public void Receive(string id, string from, string text, DateTimeOffset at, int files = 0, string to = Number, string? service = null)
    {
        lock (_gate)
        {
            _inbox.Add(new Came(id, from, text, at, files, to, service));
        }
    }

    /// <summary>A file lies behind the account's password; gives its link. Whoever asks is sent on to another place, which wants no password.</summary>
    public string Keep(string sid, string id, string type, byte[] bytes)
    {
        lock (_gate)
        {
            _kept[id] = new Kept(sid, type, bytes);
            return $"{Url.AbsoluteUri.TrimEnd('/')}{Files(sid)}/{id}";
        }
    }

    /// <summary>What was shown of the password where it has no business.</summary>
    public List<string> ShownElsewhere { get; } = [];

    /// <summary>The next answers to new messages are these.</summary>
    public void Answer(int status, string body = "", string? retryAfter = null) => Instead = async context =>
    {
        if (context.Request.Method != "POST")
        {
            return false;
        }

        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.WriteAsync(body);
        return true;
    };

    /// <summary>As Twilio writes an error; its words quote numbers.</summary>
    public static string Error(int status, int code) => new JsonObject
    {
        ["code"] = code, ["message"] = "The 'To' number +4915112345678 canary", ["more_info"] = $"https://www.twilio.com/docs/errors/{code}", ["status"] = status,
    }.ToJsonString();

    public override async Task ProcessRequestAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync(context.RequestAborted))
                .ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal)
            : [];
        if (Instead is { } instead && await instead(context))
        {
            return;
        }

        if (KeptBy(context.Request) is { } file)
        {
            await ServeAsync(context, file);
            return;
        }

        var (status, answer) = Process(context.Request, form);
        if (status == 201 && BeforeAnswer is { } before)
        {
            await before(All[^1]);
        }

        if (status == 201 && LosesAnswers)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer);
    }

    public override async ValueTask DisposeAsync()
    {
        await Calls.DisposeAsync();
        await base.DisposeAsync();
    }

    private static string Files(string sid) => $"/2010-04-01/Accounts/{Account}/Messages/{sid}/Media";

    private Kept? KeptBy(HttpRequest request)
    {
        lock (_gate)
        {
            return request.Method == "GET" && request.Path.Value is { } path && (path.Contains("/Media/", StringComparison.Ordinal) || path.StartsWith("/content/", StringComparison.Ordinal))
                ? _kept.GetValueOrDefault(path[(path.LastIndexOf('/') + 1)..]) : null;
        }
    }

    private async Task ServeAsync(HttpContext context, Kept file)
    {
        if (context.Request.Path.StartsWithSegments("/content", StringComparison.Ordinal))
        {
            ShownElsewhere.AddRange(context.Request.Headers.Authorization.OfType<string>());
            context.Response.ContentType = file.Type;
            await context.Response.Body.WriteAsync(file.Bytes);
        }
        else if (IsKnown(context.Request))
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/content/" + context.Request.Path.Value!.Split('/')[^1];
        }
        else
        {
            context.Response.StatusCode = 401;
        }
    }

    private string ListFiles(string sid)
    {
        lock (_gate)
        {
            return new JsonObject
            {
                ["media_list"] = new JsonArray([.. _kept.Where(kept => kept.Value.Sid == sid).Select(kept => new JsonObject
                {
                    ["sid"] = kept.Key, ["content_type"] = kept.Value.Type, ["uri"] = $"{Files(sid)}/{kept.Key}.json",
                })]),
            }.ToJsonString();
        }
    }

    private static string Written(KeyValuePair<string, StringValues> field) => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value.ToString())}";

    private static bool IsKnown(HttpRequest request) => ((string[])[$"{Account}:{TwilioCalls.Token}", $"{Key}:{KeySecret}"])
        .Any(login => request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));

    private (int Status, string Answer) Process(HttpRequest request, Dictionary<string, string> form)
    {
        string? Field(string name) => form.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
        return (request.Method, request.Path.Value) switch
        {
            _ when !IsKnown(request) => (401, Error(401, 20003)),
            ("GET", Messages) => (200, List(request.Query)),
            ("GET", { } path) when path.EndsWith("/Media.json", StringComparison.Ordinal) && _kept.Count > 0 => (200, ListFiles(path.Split('/')[^2])),
            not ("POST", Messages) => (404, Error(404, 20404)),
            _ when Field("To") is null => (400, Error(400, 21604)),
            _ when Field("Body") is null && Field("MediaUrl") is null => (400, Error(400, 21602)),
            _ when Field("From") is null && Field("MessagingServiceSid") is null => (400, Error(400, 21603)),
            _ when Field("Body")?.Length > 1_600 => (400, Error(400, 21617)),
            _ when OptedOut.Contains(Field("To")!) => (400, Error(400, 21610)),
            _ => (201, Take(form)),
        };
    }

    /// <summary>Those that came in and those that were sent, the newest first, some at a time.</summary>
    private string List(IQueryCollection query)
    {
        lock (_gate)
        {
            Listings += query.ContainsKey("DateSent>") && !query.ContainsKey("PageToken") ? 1 : 0;
            var since = query["DateSent>"] is [{ } time] ? DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) : DateTimeOffset.MaxValue;
            var size = int.Parse(query["PageSize"]!, CultureInfo.InvariantCulture);
            var start = query["PageToken"] is [{ } token] ? int.Parse(token, CultureInfo.InvariantCulture) : 0;
            var all = _inbox.Select(came => Listed(came.Sid, "inbound", came.From, came.To, came.Text, came.At, came.Files, came.Service))
                .Concat(_taken.Select(taken => Listed(taken.Sid, "outbound-api", taken.From, taken.To, taken.Text, TimeProvider.System.GetUtcNow(), 0)))
                .Where(listed => listed.At >= since && (query["To"] is not [{ } to] || (string?)listed.Message["to"] == to))
                .OrderByDescending(listed => listed.At).Select(listed => listed.Message).ToList();
            return new JsonObject
            {
                ["messages"] = new JsonArray([.. all.Skip(start).Take(size)]),
                ["next_page_uri"] = start + size < all.Count
                    ? $"{Messages}?{string.Join('&', query.Where(field => field.Key != "PageToken").Select(Written))}&PageToken={start + size}" : null,
            }.ToJsonString();
        }
    }

    private static (DateTimeOffset At, JsonObject Message) Listed(
        string id, string direction, string? from, string to, string text, DateTimeOffset at, int files, string? service = null) => (at, new JsonObject
        {
            ["sid"] = id, ["direction"] = direction, ["from"] = from, ["to"] = to, ["body"] = text, ["num_media"] = $"{files}", ["error_code"] = null,
            ["messaging_service_sid"] = service,
            ["date_sent"] = at.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture),
        });

    private string Take(Dictionary<string, string> form)
    {
        lock (_gate)
        {
            var taken = new Taken(
                "SM" + (_taken.Count + 1).ToString("x32", CultureInfo.InvariantCulture), form["To"], form.GetValueOrDefault("From"), form.GetValueOrDefault("Body", ""), form);
            _taken.Add(taken);
            return new JsonObject
            {
                ["sid"] = taken.Sid, ["account_sid"] = Account, ["to"] = taken.To, ["from"] = taken.From, ["body"] = taken.Text, ["direction"] = "outbound-api",
                ["status"] = taken.From is null ? "accepted" : "queued", ["num_segments"] = taken.From is null ? "0" : "1", ["price"] = null, ["error_code"] = null,
                ["error_message"] = null,
            }.ToJsonString();
        }
    }
}
