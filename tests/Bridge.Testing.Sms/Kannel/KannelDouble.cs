using System.Net;
using System.Text;
using System.Threading.Channels;
using Bridge.Plugin.Sms.Codec;
using Microsoft.AspNetCore.Http;

namespace Bridge.Testing.Sms.Kannel;

/// <summary>
/// Kannel 1.4.5 as it was seen to behave: names nothing it takes, drops no repeat, makes question marks of what is not in its alphabet unless it is told
/// otherwise, keeps what it takes while its SMS centre is away, and brings a message again until it is answered with 2xx.
/// </summary>
internal sealed class KannelDouble : HttpDouble
{
    public const string Password = "canary-password";
    private const string Alphabet = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€";

    private readonly Lock _gate = new();
    private readonly List<Taken> _taken = [];
    private readonly Channel<(string Url, byte[]? Body, string ContentType)> _bringing = Channel.CreateUnbounded<(string, byte[]?, string)>();
    private readonly CancellationTokenSource _closing = new();
    private readonly HttpClient _http = new();
    private readonly Task _worker;

    private KannelDouble() => _worker = BringAsync();

    /// <summary>One request that was accepted.</summary>
    public sealed record Taken(string To, string? From, string Text, string Coding, string? Header, string? Validity, string? ReportUrl)
    {
        /// <summary>0: it shows itself at once.</summary>
        public string? Class { get; init; }

        public string? Priority { get; init; }

        public SmsPart Part => SmsPart.Of(Header is null ? null : UserDataHeader.TryDecode(Convert.FromHexString(Header)), Text);
    }

    public Uri Url => new($"http://127.0.0.1:{Port}/cgi-bin/sendsms");

    public Uri StatusUrl => new($"http://127.0.0.1:{Port}/status.txt");

    /// <summary>Whether the SMS centre is there.</summary>
    public bool IsOnline { get; set; } = true;

    /// <summary>What becomes of the next message with a receiver; null: it is taken.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>False: it comes no further.</summary>
    public Func<SmsPassage, bool> OnPassage { get; set; } = _ => true;

    public IReadOnlyList<SmsPart> Parts => [.. All.Select(taken => taken.Part)];

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

    /// <summary>Whole messages: their parts, joined in the order of arrival.</summary>
    public IReadOnlyList<string> Messages
    {
        get
        {
            List<string> whole = [];
            var text = new StringBuilder();
            foreach (var part in Parts)
            {
                text.Append(part.Text);
                if (part.Sequence == part.Total)
                {
                    whole.Add(text.ToString());
                    text.Clear();
                }
            }

            return whole;
        }
    }

    public static async Task<KannelDouble> StartAsync()
    {
        var kannel = new KannelDouble();
        await kannel.OpenAsync();
        return kannel;
    }

    /// <summary>Calls this URL, with a body by post-url; again and again until it is answered with 2xx.</summary>
    public void Bring(string url, byte[]? body = null, string contentType = "text/plain; charset=\"UTF-8\"") => _bringing.Writer.TryWrite((url, body, contentType));

    /// <summary>The next answers are these.</summary>
    public void Answer(int status, string body = "", int times = 1, int after = 0) => Instead = async context =>
    {
        if (after-- > 0 || times-- <= 0)
        {
            return false;
        }

        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body);
        return true;
    };

    public override async Task ProcessRequestAsync(HttpContext context)
    {
        if (context.Request.Path == "/status.txt")
        {
            var page = $"Status: running\n\nBox connections:\n    smsbox:(none), IP 127.0.0.1 (on-line 1s)\n\nSMSC connections:\n    FAKE[FAKE]    FAKE:1 ({(IsOnline ? "online 6s" : "re-connecting")}, rcvd: sms 1)\n\n";
            await context.Response.WriteAsync(context.Request.Query["password"] == Password ? page : "Denied");
            return;
        }

        string? Header(string name) => context.Request.Headers.TryGetValue("X-Kannel-" + name, out var value) ? value.ToString() : null;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var (status, answer) = Header("Password") != Password ? (403, "Authorization failed for sendsms")
            : Header("To") is null ? (400, "Missing receiver(s) number(s), rejected")
            : (202, IsOnline ? "0: Accepted for delivery" : "3: Queued for later delivery");
        if (status == 202 && Instead is { } instead && await instead(context))
        {
            return;
        }

        context.Response.StatusCode = status;
        if (status != 202)
        {
            await context.Response.WriteAsync(answer);
            return;
        }

        var text = Encoding.UTF8.GetString(body.ToArray());
        await PassAsync(context, answer, new Taken(
            Header("To")!, Header("From"), Header("Coding") == "2" ? text : string.Concat(text.Select(letter => Alphabet.Contains(letter, StringComparison.Ordinal) ? letter : '?')),
            Header("Coding") ?? "0", Header("UDH"), Header("Validity"), Header("DLR-Url"))
        {
            Class = Header("MClass"), Priority = Header("Priority"),
        });
    }

    public void Take(Taken taken)
    {
        lock (_gate)
        {
            _taken.Add(taken);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _worker;
        await base.DisposeAsync();
        _http.Dispose();
        _closing.Dispose();
    }

    private async Task BringAsync()
    {
        try
        {
            await foreach (var (url, body, contentType) in _bringing.Reader.ReadAllAsync(_closing.Token))
            {
                while (!await IsTakenAsync(url, body, contentType))
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

    private async Task PassAsync(HttpContext context, string answer, Taken taken)
    {
        if (!OnPassage(new(SmsMoment.Arriving, taken.Part)))
        {
            context.Abort();
            return;
        }

        Take(taken);
        if (!OnPassage(new(SmsMoment.Taken, taken.Part)))
        {
            context.Abort();
            return;
        }

        await context.Response.WriteAsync(answer);
        await context.Response.CompleteAsync();
        OnPassage(new(SmsMoment.Answered, taken.Part));
    }

    private async Task<bool> IsTakenAsync(string url, byte[]? body, string contentType)
    {
        var part = new SmsPart(Encoding.UTF8.GetString(body ?? []));
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, url);
        if (body is not null)
        {
            request.Content = new WatchedContent(body, () => OnPassage(new(SmsMoment.Brought, part)));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        try
        {
            using var response = await _http.SendAsync(request, _closing.Token);
            return response.IsSuccessStatusCode && OnPassage(new(SmsMoment.Acknowledged, part));
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Tells when all of it has left.</summary>
    private sealed class WatchedContent(byte[] content, Action left) : ByteArrayContent(content)
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await base.SerializeToStreamAsync(stream, context, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            left();
        }
    }
}
