using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bridge.Host.Http;

/// <summary>What there is to ask for.</summary>
/// <param name="Pages">By path: for monitors, read only.</param>
/// <param name="Branches">By their first segment, such as <c>/endpoints</c>.</param>
/// <param name="MayRead">True when whoever asks shows one of <c>access.tokens</c>.</param>
internal sealed record Site(
    IReadOnlyDictionary<string, Page> Pages, IReadOnlyDictionary<string, Branch> Branches, Func<HttpRequest, bool> MayRead);

/// <summary>Every request that comes to the listener.</summary>
internal sealed class Requests(Site site, Gate gate, TimeProvider clock) : IHttpApplication<HttpContext>
{
    private const int MostReadOver = 64 * 1024;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    private readonly RequestBudgets _strangers = new(clock);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var answer = await AnswerAsync(context);
        var response = context.Response;
        response.StatusCode = answer.Status;
        LeaveUsable(context);
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (answer.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = $"{wait.TotalSeconds:0}";
        }

        if (answer.Allow is { } methods)
        {
            response.Headers.Allow = methods;
        }

        // These have no body, and saying so would break the connection off.
        if (answer.Status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
        {
            return;
        }

        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    /// <summary>
    /// A body that nobody read is read over by the server, within its limit, so that the next request finds the connection open; where it is longer, the
    /// answer says that the connection ends.
    /// </summary>
    private static void LeaveUsable(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false } limit)
        {
            return;
        }

        limit.MaxRequestBodySize = EndpointCalls.OnTheWire(MostReadOver);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true && (context.Request.ContentLength ?? long.MaxValue) > MostReadOver)
        {
            context.Response.Headers.Connection = "close";
        }
    }

    private async Task<Answer> AnswerAsync(HttpContext context)
    {
        if (RequestPath.Of(context.Request) is not { } path)
        {
            return Answer.Text(StatusCodes.Status400BadRequest, "this is no path");
        }

        var end = path.IndexOf('/', 1);
        var first = end < 0 ? path : path[..end];
        return site.Branches.TryGetValue(first, out var branch) ? await InBranchAsync(context, branch, path[first.Length..])
            : gate.Refusal(context.Request) ?? await PageAsync(context, path);
    }

    /// <summary>
    /// A branch knows whom to let in; who is turned away often waits. Whoever is let in is never counted, and neither is this machine: a network that sends
    /// much loses nothing, whatever strangers do.
    /// </summary>
    private async Task<Answer> InBranchAsync(HttpContext context, Branch branch, string rest)
    {
        var from = Remote.CallerOf(context);
        var budget = IPAddress.IsLoopback(from) ? null : _strangers.Of(Remote.NetworkOf(from));
        if (budget?.TryTake() == false)
        {
            return Answer.Text(StatusCodes.Status429TooManyRequests, "too many requests") with { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        var answer = await branch(context, rest);
        if (answer.Status is not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound))
        {
            budget?.GiveBack();
        }

        return answer;
    }

    private async Task<Answer> PageAsync(HttpContext context, string path)
    {
        if (!site.Pages.TryGetValue(path, out var page))
        {
            return Answer.Text(StatusCodes.Status404NotFound, "there are: " + string.Join(" ", site.Pages.Keys));
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            return await page(gate.IsTrusted(context.Request), ending.Token).WaitAsync(s_longest, clock, context.RequestAborted);
        }
        catch (TimeoutException)
        {
            await ending.CancelAsync();
            return Answer.Text(StatusCodes.Status503ServiceUnavailable, $"no answer within {s_longest.TotalSeconds:0} s");
        }
    }
}
