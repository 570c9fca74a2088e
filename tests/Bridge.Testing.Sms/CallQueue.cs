using System.Net.Http.Headers;
using System.Threading.Channels;

namespace Bridge.Testing.Sms;

/// <summary>How a network calls a webhook: one call after another, each again until it is answered with 2xx.</summary>
internal sealed class CallQueue : IAsyncDisposable
{
    private readonly Channel<(string Url, byte[] Body)> _waiting = Channel.CreateUnbounded<(string, byte[])>();
    private readonly CancellationTokenSource _closing = new();
    private readonly HttpClient _http = new();
    private readonly string? _contentType;
    private readonly Func<string, byte[], IEnumerable<(string Name, string Value)>> _sign;
    private readonly Task _worker;

    /// <param name="contentType">Of every body; null where the network does not say it. Without a body it is a GET.</param>
    /// <param name="sign">The headers for a URL and a body, made anew for each try.</param>
    public CallQueue(string? contentType, Func<string, byte[], IEnumerable<(string Name, string Value)>> sign)
    {
        (_contentType, _sign) = (contentType, sign);
        _worker = CallAsync();
    }

    public void Tell(string url, byte[] body) => _waiting.Writer.TryWrite((url, body));

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _worker;
        _http.Dispose();
        _closing.Dispose();
    }

    private async Task CallAsync()
    {
        try
        {
            await foreach (var (url, body) in _waiting.Reader.ReadAllAsync(_closing.Token))
            {
                while (!await IsTakenAsync(url, body))
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

    private async Task<bool> IsTakenAsync(string url, byte[] body)
    {
        using var request = new HttpRequestMessage(body.Length > 0 ? HttpMethod.Post : HttpMethod.Get, url);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = _contentType is null ? null : MediaTypeHeaderValue.Parse(_contentType);
        }

        foreach (var (name, value) in _sign(url, body))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await _http.SendAsync(request, _closing.Token);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
