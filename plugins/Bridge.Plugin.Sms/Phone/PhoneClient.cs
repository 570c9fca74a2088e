using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>How the gateway is called: the phone itself, or the server that stands between (api.sms-gate.app, or one's own).</summary>
internal sealed class PhoneClient(WayOptions options, HttpMessageHandler? handler, TimeProvider clock) : IDisposable
{
    private const int LongestAnswer = 4_000_000; // a hundred long messages

    private readonly GatewayClient _http = new("the phone's gateway", handler, clock, LongestAnswer);

    private readonly AuthenticationHeaderValue _login = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(
        $"{KindOptions.Needed(options.Driver.Username)}:{KindOptions.Needed(options.Driver.Password).Reveal()}")));

    private readonly string _root = KindOptions.Needed(options.Driver.Url).AbsoluteUri.TrimEnd('/');

    /// <param name="path">Begins with a slash.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<GatewayAnswer> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_root + path));
        request.Headers.Authorization = _login;
        return await _http.ExchangeAsync(request, cancellationToken);
    }

    /// <summary>As <see cref="GetAsync"/>, with what is to be made there.</summary>
    public async Task<GatewayAnswer> PostAsync<T>(string path, T content, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_root + path));
        request.Headers.Authorization = _login;
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(content, type));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await _http.ExchangeAsync(request, cancellationToken);
    }

    public void Dispose() => _http.Dispose();
}
