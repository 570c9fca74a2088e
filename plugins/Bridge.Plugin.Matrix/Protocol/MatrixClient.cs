using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bridge.Plugin.Matrix.Protocol;

/// <summary>
/// The client-server API over HTTP: one request, one answer or a <see cref="MatrixException"/>. Follows no redirects, since the token must not go to another
/// host; uses no proxy of the environment; never writes a token into a URL.
/// </summary>
internal sealed class MatrixClient : IDisposable
{
    private const int LongestAnswer = 32_000_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    private readonly string _base;
    private readonly TimeProvider _clock;

    public MatrixClient(Uri homeserver, HttpMessageHandler? handler, TimeProvider clock)
    {
        _base = homeserver.AbsoluteUri.TrimEnd('/');
        _clock = clock;
        Http = new HttpClient(handler ?? NewHandler(), disposeHandler: handler is null)
        {
            MaxResponseContentBufferSize = LongestAnswer,
            Timeout = Timeout.InfiniteTimeSpan, // each request has its own
        };
    }

    /// <summary>For media, which is streamed.</summary>
    public HttpClient Http { get; }

    /// <summary>Told of every outage and every refused token: whoever runs the endpoint looks what is the matter.</summary>
    public Action<MatrixException> Trouble { get; set; } = _ => { };

    public Uri UriOf(string path) => new(_base + path);

    public Task<JsonElement> GetAsync(string path, Actor? actor, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, actor, null, cancellationToken);

    public Task<JsonElement> PutAsync(string path, Actor actor, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, path, actor, body, cancellationToken);

    public Task<JsonElement> PostAsync(string path, Actor actor, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, actor, body, cancellationToken);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, Actor? actor, JsonObject? body, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        using var time = new CancellationTokenSource(patience ?? s_patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            return await ExchangeAsync(method, path, actor, body, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Told(new MatrixException("the homeserver did not answer in time", mayHaveArrived: true));
        }
        catch (HttpRequestException failure)
        {
            throw Told(Unanswered(failure));
        }
        catch (SocketException)
        {
            // Of a connection that ended while it was made .NET lets the bare fault through: nothing of the request has left.
            throw Told(new MatrixException("the homeserver does not accept connections", mayHaveArrived: false));
        }
        catch (MatrixException failure) when (failure.IsBadToken && actor is { IsPuppet: true })
        {
            throw Told(MatrixException.PuppetRefused(failure));
        }
        catch (MatrixException failure) when (failure.IsOutage || failure.IsBadToken)
        {
            throw Told(failure);
        }
    }

    public void Dispose() => Http.Dispose();

    /// <summary>Names the token, and the user where the token alone does not.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path, Actor? actor)
    {
        if (actor is { IsAssumed: true })
        {
            path += $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}user_id={Uri.EscapeDataString(actor.UserId)}";
        }

        var request = new HttpRequestMessage(method, UriOf(path));
        if (actor is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", actor.Token.Reveal());
        }

        return request;
    }

    private async Task<JsonElement> ExchangeAsync(HttpMethod method, string path, Actor? actor, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = Request(method, path, actor);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Json.Bytes(body)) { Headers = { ContentType = s_json } };
        }

        using var response = await Http.SendAsync(request, cancellationToken);
        var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw ErrorAnswer.Of((int)response.StatusCode, response.Headers.RetryAfter, content, _clock.GetUtcNow());
        }

        try
        {
            return Json.Parse(content);
        }
        catch (JsonException)
        {
            throw new MatrixException("what answered is no homeserver: its answer was not JSON", mayHaveArrived: true);
        }
    }

    private MatrixException Told(MatrixException failure)
    {
        Trouble(failure);
        return failure;
    }

    /// <summary>The system's words name hosts and ports; its kinds do not.</summary>
    private static MatrixException Unanswered(HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new("the homeserver's name is not known (DNS)", mayHaveArrived: false),
        HttpRequestError.ConnectionError => new("the homeserver does not accept connections", mayHaveArrived: false),
        HttpRequestError.ConfigurationLimitExceeded => new("the homeserver's answer is longer than is read", mayHaveArrived: true),
        HttpRequestError.SecureConnectionError => new("the homeserver's certificate is not accepted (TLS)", mayHaveArrived: false),
        _ => new("the connection to the homeserver was lost", mayHaveArrived: true),
    };

    private static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10), // so that a moved homeserver is found
        MaxConnectionsPerServer = 64,
    };
}
