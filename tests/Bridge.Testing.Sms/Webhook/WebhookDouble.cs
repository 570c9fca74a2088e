using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Bridge.Testing.Sms.Webhook;

/// <summary>
/// A service of one of the shapes. It knows no repeats, as its original; and calls one after another, again until it is answered with 2xx.
/// </summary>
internal sealed class WebhookDouble : HttpDouble
{
    private readonly Lock _gate = new();
    private readonly List<ServiceMessage> _taken = [];
    private readonly CallQueue _calls;

    private WebhookDouble(ServiceShape shape)
    {
        Shape = shape;
        _calls = new CallQueue(shape.ContentType, (_, body) => shape.Sign(body, TimeProvider.System.GetUtcNow()));
    }

    public ServiceShape Shape { get; }

    /// <summary>Where it takes messages.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}{Shape.Path}");

    /// <summary>Elsewhere there.</summary>
    public Uri Status => new($"http://127.0.0.1:{Port}/status");

    /// <summary>What is answered to a message in the place of the right thing; null: the right thing. It may have been taken all the same.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    /// <summary>Whether the connection breaks when a message is taken, and before that is said.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>What the page at <see cref="Status"/> is answered with.</summary>
    public int StatusOfStatus { get; set; } = 200;

    /// <summary>Between the taking of a message and its answer.</summary>
    public Func<ServiceMessage, Task>? BeforeAnswer { get; set; }

    public IReadOnlyList<ServiceMessage> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _taken];
            }
        }
    }

    public static async Task<WebhookDouble> StartAsync(ServiceShape shape)
    {
        var service = new WebhookDouble(shape);
        await service.OpenAsync();
        return service;
    }

    /// <summary>The next answers to messages are these.</summary>
    public void Answer(int status, string body = "", string? retryAfter = null) => Instead = async context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.WriteAsync(body);
    };

    /// <summary>Calls with a message that came in.</summary>
    public void Bring(Uri endpoint, string id, string from, string text) => Tell(endpoint, Shape.Message(id, from, text));

    /// <summary>Calls with what became of a message.</summary>
    public void Report(Uri endpoint, ServiceMessage message, bool isDelivered = true)
    {
        if (Shape.Report(message, isDelivered) is { } call)
        {
            Tell(endpoint, call);
        }
    }

    public override async Task ProcessRequestAsync(HttpContext context)
    {
        if (context.Request.Path != Shape.Path)
        {
            context.Response.StatusCode = context.Request.Path == Status.AbsolutePath ? StatusOfStatus : 404;
            return;
        }

        context.Request.EnableBuffering();
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8, leaveOpen: true);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        context.Request.Body.Position = 0;
        if (Instead is { } instead)
        {
            await instead(context);
            return;
        }

        var (status, answer, taken) = Process(context.Request, body);
        if (taken is not null && BeforeAnswer is { } before)
        {
            await before(taken);
        }

        if (taken is not null && LosesAnswers)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        await context.Response.WriteAsync(answer);
    }

    public override async ValueTask DisposeAsync()
    {
        await _calls.DisposeAsync();
        await base.DisposeAsync();
    }

    private void Tell(Uri endpoint, (string Behind, string Body) call) =>
        _calls.Tell(endpoint.AbsoluteUri.TrimEnd('/') + call.Behind, Encoding.UTF8.GetBytes(call.Body));

    private (int Status, string Answer, ServiceMessage? Taken) Process(HttpRequest request, string body)
    {
        lock (_gate)
        {
            var processed = Shape.Process(request, body, $"service-{(_taken.Count + 1).ToString(CultureInfo.InvariantCulture)}");
            if (processed.Taken is { } taken)
            {
                _taken.Add(taken);
            }

            return processed;
        }
    }
}
