using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Bridge.Plugin.Sms.Kannel;

/// <summary>
/// One request, one answer or a <see cref="KannelException"/>. Every request has a connection of its own: on one that was used before, the runtime would
/// send a request again by itself when the other side closes it, and Kannel would send two messages.
/// </summary>
internal sealed class KannelClient(SmsOptions options, HttpMessageHandler? handler, TimeProvider clock) : IDisposable
{
    private const int LongestAnswer = 64_000;

    // Below the 30 seconds that the host gives a send.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http = new(handler ?? NewHandler(), disposeHandler: handler is null)
    {
        MaxResponseContentBufferSize = LongestAnswer,
        Timeout = Timeout.InfiniteTimeSpan, // each request has its own
    };

    /// <summary>Gives what smsbox is given in headers, so that neither password nor number stands in a URL (Kannel user's guide, "Using the HTTP interface").</summary>
    public async Task<(int Status, string Body)> SendAsync(IEnumerable<(string Name, string? Value)> headers, string text, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Driver.Url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("text/plain; charset=UTF-8");
        request.Headers.TryAddWithoutValidation("X-Kannel-Username", options.Driver.Username);
        request.Headers.TryAddWithoutValidation("X-Kannel-Password", KindOptions.Needed(options.Driver.Password).Reveal());
        foreach (var (name, value) in headers)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await ExchangeAsync(request, cancellationToken);
    }

    /// <summary>The status page, whose password Kannel takes in the query alone.</summary>
    public async Task<(int Status, string Body)> StatusAsync(Uri page, CancellationToken cancellationToken)
    {
        var password = options.Driver.StatusPassword is { } secret ? "?password=" + Uri.EscapeDataString(secret.Reveal()) : "";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(page.AbsoluteUri + password));
        return await ExchangeAsync(request, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<(int Status, string Body)> ExchangeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.ConnectionClose = true;
        using var time = new CancellationTokenSource(s_patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KannelException("Kannel did not answer in time", mayHaveArrived: true);
        }
        catch (HttpRequestException failure)
        {
            throw Unanswered(failure);
        }
        catch (SocketException)
        {
            // Of a connection that ended while it was made .NET lets the bare fault through: nothing of the request has left.
            throw new KannelException("Kannel does not accept connections", mayHaveArrived: false);
        }
    }

    /// <summary>The system's words name hosts and ports; its kinds do not.</summary>
    private static KannelException Unanswered(HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new("Kannel's host name is not known (DNS)", mayHaveArrived: false),
        HttpRequestError.ConnectionError => new("Kannel does not accept connections", mayHaveArrived: false),
        HttpRequestError.SecureConnectionError => new("Kannel's certificate is not accepted (TLS)", mayHaveArrived: false),
        _ => new("the connection to Kannel was lost", mayHaveArrived: true),
    };

    private static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.Zero,
    };
}
