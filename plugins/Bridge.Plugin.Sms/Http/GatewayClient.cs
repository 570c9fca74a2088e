using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Bridge.Plugin.Sms.Http;

/// <summary>
/// One request, one answer or a <see cref="GatewayException"/>. Every request has a connection of its own: on one that was used before, the runtime
/// would send a request again by itself when the other side closes it, and the gateway would send two messages.
/// </summary>
/// <param name="peer">What it is called in a sentence: Kannel.</param>
/// <param name="handler">In tests, in the place of the network.</param>
/// <param name="clock">Measures the patience.</param>
/// <param name="longestAnswer">In bytes.</param>
internal sealed class GatewayClient(string peer, HttpMessageHandler? handler, TimeProvider clock, int longestAnswer) : IDisposable
{
    // Below the 30 seconds that the host gives a send.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_longestPause = TimeSpan.FromHours(1);

    private readonly HttpClient _http = new(handler ?? NewHandler(), disposeHandler: handler is null)
    {
        MaxResponseContentBufferSize = longestAnswer,
        Timeout = Timeout.InfiniteTimeSpan, // each request has its own
    };

    public async Task<GatewayAnswer> ExchangeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.ConnectionClose = true;
        using var time = new CancellationTokenSource(s_patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            return new GatewayAnswer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(either.Token))
            {
                RetryAfter = PauseOf(response.Headers.RetryAfter), Location = response.Headers.Location,
            };
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            // The runtime's own patience is that for a connection: when it ends nothing of the request has left.
            var isUnmade = late.InnerException is TimeoutException && !time.IsCancellationRequested;
            throw isUnmade ? Unmade() : new GatewayException($"{peer} did not answer in time", mayHaveArrived: true);
        }
        catch (HttpRequestException failure)
        {
            throw Unanswered(failure);
        }
        catch (SocketException)
        {
            // Of a connection that ended while it was made .NET lets the bare fault through: nothing of the request has left.
            throw Unmade();
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Bounded: who says a year means something else.</summary>
    private TimeSpan? PauseOf(RetryConditionHeaderValue? said)
    {
        var pause = said?.Delta ?? said?.Date - clock.GetUtcNow();
        return pause is { } time ? TimeSpan.FromTicks(Math.Clamp(time.Ticks, 0, s_longestPause.Ticks)) : null;
    }

    /// <summary>The system's words name hosts and ports; its kinds do not.</summary>
    private GatewayException Unanswered(HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new($"{peer}'s host name is not known (DNS)", mayHaveArrived: false),
        HttpRequestError.ConnectionError => Unmade(),
        HttpRequestError.SecureConnectionError => new($"{peer}'s certificate is not accepted (TLS)", mayHaveArrived: false),
        _ => new($"the connection to {peer} was lost", mayHaveArrived: true),
    };

    private GatewayException Unmade() => new($"{peer} does not accept connections", mayHaveArrived: false);

    private static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(8), // less than PartSender.Enough: then another way is given its time
        PooledConnectionLifetime = TimeSpan.Zero,
    };
}
