using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>Calls one application service. Its URL is looked at for each call: it may move.</summary>
internal sealed class ServiceClient(AppService service, HomeserverOptions options) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public Task<bool> PutAsync(Transaction transaction, bool isCut, CancellationToken cancellationToken) => CallAsync(
        HttpMethod.Put,
        $"transactions/{Uri.EscapeDataString(transaction.Id)}",
        isCut ? new CutContent(transaction.Body) : new ByteArrayContent(transaction.Body),
        cancellationToken);

    public Task<bool> KnowsUserAsync(string userId, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, $"users/{Uri.EscapeDataString(userId)}", null, cancellationToken);

    public Task<bool> KnowsAliasAsync(string alias, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, $"rooms/{Uri.EscapeDataString(alias)}", null, cancellationToken);

    /// <summary>The answer to <c>appservice/{id}/ping</c>.</summary>
    public async Task<Answer> PingAsync(string? transactionId, CancellationToken cancellationToken)
    {
        if (service.Url is null)
        {
            return Answer.Error(400, "M_URL_NOT_SET", "The application service does not have a URL set");
        }

        var began = options.Clock.GetTimestamp();
        try
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new { transaction_id = transactionId });
            using var request = Request(HttpMethod.Post, "ping", new ByteArrayContent(body));
            using var response = await _http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? Answer.Ok(new { duration_ms = (long)options.Clock.GetElapsedTime(began).TotalMilliseconds })
                : Answer.Error(502, "M_BAD_STATUS", $"HTTP {(int)response.StatusCode}");
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException)
        {
            return Answer.Error(502, "M_CONNECTION_FAILED", failure.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> CallAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        if (service.Url is null)
        {
            return false;
        }

        using var patience = new CancellationTokenSource(options.PushTimeout, options.Clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var request = Request(method, path, content);
            using var response = await _http.SendAsync(request, ended.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or OperationCanceledException or IOException)
        {
            return false;
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content)
    {
        content?.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(method, new Uri($"{service.Url!.AbsoluteUri.TrimEnd('/')}/_matrix/app/v1/{path}")) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", service.HsToken);
        return request;
    }
}
