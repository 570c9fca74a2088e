using System.Net.Http.Headers;
using System.Text;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Kannel;

/// <summary>How Kannel is called.</summary>
internal sealed class KannelClient(WayOptions options, HttpMessageHandler? handler, TimeProvider clock) : IDisposable
{
    private const int LongestAnswer = 64_000;

    private readonly GatewayClient _http = new("Kannel", handler, clock, LongestAnswer);

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
        var (status, body) = await _http.ExchangeAsync(request, cancellationToken);
        return (status, Encoding.UTF8.GetString(body));
    }
}
