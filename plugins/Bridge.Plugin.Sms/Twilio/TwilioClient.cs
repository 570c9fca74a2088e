using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>How Twilio is called.</summary>
internal sealed class TwilioClient(WayOptions options, HttpMessageHandler? handler, TimeProvider clock) : IDisposable
{
    private const int LongestAnswer = 1_000_000;
    private const int PageLength = 100;

    private readonly GatewayClient _http = new("Twilio", handler, clock, LongestAnswer);
    private readonly GatewayClient _files = new("Twilio", handler, clock, TwilioMedia.Most);

    private readonly AuthenticationHeaderValue _login = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(
        $"{KindOptions.Needed(options.Driver.Username)}:{KindOptions.Needed(options.Driver.Password).Reveal()}")));

    private readonly string _root = (options.Driver.Url?.AbsoluteUri ?? "https://api.twilio.com").TrimEnd('/');
    private readonly string _list = $"/2010-04-01/Accounts/{TwilioChecks.AccountOf(options.Driver)}/Messages.json";

    /// <summary>Makes a message of these.</summary>
    public async Task<GatewayAnswer> SendAsync(IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_root + _list)) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Authorization = _login;
        return await _http.ExchangeAsync(request, cancellationToken);
    }

    /// <summary>Asks for the messages of a day on which there were none: API keys may ask for messages, and not for the account.</summary>
    public Task<GatewayAnswer> CheckAsync(CancellationToken cancellationToken) =>
        GetAsync(new Uri(_root + _list + "?DateSent=2000-01-01&PageSize=1"), cancellationToken);

    /// <summary>Where the messages since then are listed.</summary>
    /// <param name="time">Since when.</param>
    /// <param name="number">Those to it alone; null for all.</param>
    public Uri ListSince(DateTimeOffset time, string? number)
    {
        var to = number is not null ? "&To=" + Uri.EscapeDataString(number) : "";
        var since = Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        return new Uri($"{_root}{_list}?PageSize={PageLength}{to}&DateSent%3E={since}");
    }

    /// <summary>Where the list goes on; null when it leads elsewhere.</summary>
    public Uri? PageAt(string path) =>
        path.StartsWith(_list + "?", StringComparison.Ordinal) && Uri.TryCreate(_root + path, UriKind.Absolute, out var page) ? page : null;

    /// <param name="page">One of those that are given here.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<GatewayAnswer> GetAsync(Uri page, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, page);
        request.Headers.Authorization = _login;
        return await _http.ExchangeAsync(request, cancellationToken);
    }

    /// <summary>An attached file, by a link that Twilio gave. The account's password is shown to Twilio alone, and not to where it sends us on.</summary>
    public async Task<GatewayAnswer> FetchAsync(Uri file, CancellationToken cancellationToken)
    {
        var root = new Uri(_root);
        if (file.Scheme != root.Scheme || file.Authority != root.Authority)
        {
            return new GatewayAnswer(404, []);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, file);
        request.Headers.Authorization = _login;
        var answer = await _files.ExchangeAsync(request, cancellationToken);
        if (answer.Status is not (301 or 302 or 303 or 307 or 308) || answer.Location is not { } location)
        {
            return answer;
        }

        using var next = new HttpRequestMessage(HttpMethod.Get, new Uri(file, location));
        return next.RequestUri!.Scheme == root.Scheme ? await _files.ExchangeAsync(next, cancellationToken) : answer;
    }

    /// <summary>The files of a message, as the list knows it.</summary>
    public Uri FilesOf(string sid) => new($"{_root}{_list[..^".json".Length]}/{Uri.EscapeDataString(sid)}/Media.json");

    /// <summary>Where a listed file is.</summary>
    public string LinkOf(string path) => _root + (path.EndsWith(".json", StringComparison.Ordinal) ? path[..^".json".Length] : path);

    public void Dispose()
    {
        _http.Dispose();
        _files.Dispose();
    }
}
