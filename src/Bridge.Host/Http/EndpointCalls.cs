using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Bridge.Host.Http;

/// <summary>
/// Hands what comes to <c>/endpoints/&lt;endpoint&gt;/...</c> to that endpoint, as it runs at this moment, and bounds what a stranger can make it do. Who is
/// let in, the endpoint alone knows.
/// </summary>
internal sealed class EndpointCalls(Telemetry telemetry, TimeProvider clock)
{
    public const string Root = "/endpoints";
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);
    private static readonly string[] s_methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];
    private readonly ConcurrentDictionary<EndpointId, Places> _places = new();
    private readonly ConcurrentDictionary<EndpointId, DateTimeOffset> _failures = new();
    private volatile IEndpointDirectory? _endpoints;

    /// <summary>From now on there are endpoints; before, whoever calls is asked to call again.</summary>
    public void Serve(IEndpointDirectory endpoints) => _endpoints = endpoints;

    public async Task<Answer> AnswerAsync(HttpContext context, string rest)
    {
        if (!s_methods.Contains(context.Request.Method))
        {
            return Refuse(StatusCodes.Status405MethodNotAllowed, "unknown method");
        }

        if (_endpoints is not { } endpoints)
        {
            return Refuse(StatusCodes.Status503ServiceUnavailable, "the daemon is starting", s_again);
        }

        var slash = rest.IndexOf('/', Math.Min(1, rest.Length));
        var name = slash < 0 ? rest : rest[..slash];
        if (endpoints.Find(new EndpointId(name.TrimStart('/'))) is not { Http: { } http } endpoint)
        {
            return Refuse(StatusCodes.Status404NotFound, "nothing is here");
        }

        return Refusal(context, endpoint, http) ?? await InPlaceAsync(context, endpoint, http, slash < 0 ? "/" : rest[slash..]);
    }

    private Answer? Refusal(HttpContext context, EndpointHandle endpoint, IServeHttp http) =>
        !endpoint.Runs ? Refuse(StatusCodes.Status503ServiceUnavailable, "the endpoint does not run", s_again)
        : context.Request.ContentLength > http.MostBytes ? Refuse(StatusCodes.Status413PayloadTooLarge, "the body is too long")
        : null;

    private async Task<Answer> InPlaceAsync(HttpContext context, EndpointHandle endpoint, IServeHttp http, string path)
    {
        using var place = _places.GetOrAdd(endpoint.Id, _ => new Places()).TryTake(Remote.CallerOf(context));
        return place is null
            ? Refuse(StatusCodes.Status503ServiceUnavailable, "too many requests at once", TimeSpan.FromSeconds(1))
            : await CallAsync(context, endpoint, http, path);
    }

    private async Task<Answer> CallAsync(HttpContext context, EndpointHandle endpoint, IServeHttp http, string path)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = OnTheWire(http.MostBytes);
        var body = new RequestBody(context.Request.Body, http.MostBytes);
        using var calling = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, endpoint.Run);
        Task<HttpReply>? serving = null;
        try
        {
            serving = http.ServeAsync(CallOf(context, path, body), calling.Token).AsTask();
            var reply = await serving.WaitAsync(s_longest, clock, calling.Token);
            return Broken(body) ?? Of(endpoint.Id, reply);
        }
        catch (TimeoutException) when (serving is { IsCompleted: false })
        {
            return Refuse(StatusCodes.Status503ServiceUnavailable, "the endpoint gave no answer in time", s_again);
        }
        catch (OperationCanceledException) when (calling.IsCancellationRequested)
        {
            return Refuse(StatusCodes.Status503ServiceUnavailable, "the endpoint stopped, or the caller went away", s_again);
        }
        catch (Exception failure)
        {
            return Broken(body) ?? Failed(endpoint.Id, failure);
        }
        finally
        {
            body.End();
            await calling.CancelAsync();
        }
    }

    /// <summary>The server counts the framing too, which is five bytes for each byte that comes alone.</summary>
    public static long OnTheWire(long bytes) => Math.Min(bytes, long.MaxValue / 16) * 8 + 4_096;

    private static HttpCall CallOf(HttpContext context, string path, Stream body)
    {
        var request = context.Request;
        var query = new List<KeyValuePair<string, string>>();
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            query.Add(new(pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        }

        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new HttpCall(request.Method, path, query, headers, body, context.Connection.RemoteIpAddress)
        {
            RawQuery = request.QueryString.Value?.TrimStart('?') ?? "",
        };
    }

    private Answer Of(EndpointId endpoint, HttpReply? reply)
    {
        if (reply is null or { Status: < 200 or > 599 })
        {
            return Failed(endpoint, new InvalidOperationException("it answered with no HTTP status"));
        }

        telemetry.HttpServed(endpoint, reply.Status);
        return new Answer(reply.Status, reply.ContentType, reply.Body);
    }

    private Answer? Broken(RequestBody body) => body.Broken switch
    {
        null => null,
        StatusCodes.Status413PayloadTooLarge => Refuse(StatusCodes.Status413PayloadTooLarge, "the body is too long"),
        StatusCodes.Status408RequestTimeout => Refuse(StatusCodes.Status408RequestTimeout, "the body came too slowly"),
        { } status => Refuse(status, "the body cannot be read"),
    };

    private Answer Failed(EndpointId endpoint, Exception failure)
    {
        var now = clock.GetUtcNow();
        var again = _failures.TryGetValue(endpoint, out var last) && now - last < TimeSpan.FromMinutes(1);
        _failures[endpoint] = again ? last : now;
        telemetry.HttpFailed(endpoint, failure, again);
        return Answer.Text(StatusCodes.Status500InternalServerError, "the endpoint failed");
    }

    private Answer Refuse(int status, string reason, TimeSpan? retryAfter = null)
    {
        telemetry.HttpRefused(reason);
        return Answer.Text(status, reason) with { RetryAfter = retryAfter };
    }
}
