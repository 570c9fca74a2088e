using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>Makes requests as the configuration describes them. Pure. Every value is written by the rules of where it stands.</summary>
internal sealed class WebhookRequest(DriverOptions driver)
{
    private const string ContentType = "Content-Type";

    private readonly WebhookSendOptions _send = KindOptions.Needed(driver.Send);
    private readonly string _url = KindOptions.Needed(driver.Url).AbsoluteUri;

    private readonly Dictionary<string, string> _account = new(StringComparer.Ordinal)
    {
        [WebhookTemplate.Username] = driver.Username ?? "",
        [WebhookTemplate.Password] = driver.Password?.Reveal() ?? "",
    };

    /// <summary>Of all that is filled in.</summary>
    public static IEnumerable<string> GapsOf(WebhookSendOptions send) => WebhookTemplate.GapsOf(send.Json)
        .Concat(send.Form.Values.Concat(send.Query.Values).Concat(send.Headers.Values).SelectMany(WebhookTemplate.GapsOf));

    /// <summary>A user name and a password that stand nowhere else are shown as browsers do it (Basic).</summary>
    public static bool IsBasic(DriverOptions driver) => driver is { Username: not null, Password: not null, Send: { } send }
        && !GapsOf(send).Contains(WebhookTemplate.Password);

    /// <param name="message">What fills the gaps, besides user name and password.</param>
    public HttpRequestMessage Of(IReadOnlyDictionary<string, string> message)
    {
        var values = new Dictionary<string, string>(_account, StringComparer.Ordinal);
        foreach (var (name, value) in message)
        {
            values[name] = Whole(value);
        }

        var request = new HttpRequestMessage(MethodOf(_send), UrlOf(values)) { Content = ContentOf(values) };
        foreach (var (name, template) in _send.Headers)
        {
            AddHeader(request, name, WebhookTemplate.Fill(template, values));
        }

        return WithAccount(request);
    }

    /// <summary>Asks for something else, by the same user.</summary>
    public HttpRequestMessage Of(HttpMethod method, Uri url)
    {
        var request = new HttpRequestMessage(method, url);
        foreach (var (name, template) in _send.Headers.Where(header => WebhookTemplate.GapsOf(header.Value).All(_account.ContainsKey)))
        {
            if (!name.Equals(ContentType, StringComparison.OrdinalIgnoreCase))
            {
                AddHeader(request, name, WebhookTemplate.Fill(template, _account));
            }
        }

        return WithAccount(request);
    }

    private static HttpMethod MethodOf(WebhookSendOptions send) => send.Method switch
    {
        WebhookMethod.Get => HttpMethod.Get,
        WebhookMethod.Put => HttpMethod.Put,
        null when send.Json is null && send.Form.Count == 0 => HttpMethod.Get,
        _ => HttpMethod.Post,
    };

    /// <summary>Half a surrogate pair is no character, and no JSON or form can hold it.</summary>
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static void AddHeader(HttpRequestMessage request, string name, string value)
    {
        if (!name.Equals(ContentType, StringComparison.OrdinalIgnoreCase))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        else if (request.Content is { } content)
        {
            content.Headers.Remove(ContentType);
            content.Headers.TryAddWithoutValidation(ContentType, value);
        }
    }

    private HttpRequestMessage WithAccount(HttpRequestMessage request)
    {
        if (IsBasic(driver))
        {
            var login = Encoding.UTF8.GetBytes($"{_account[WebhookTemplate.Username]}:{_account[WebhookTemplate.Password]}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(login));
        }

        return request;
    }

    private Uri UrlOf(Dictionary<string, string> values)
    {
        var query = string.Join('&', _send.Query.Select(field =>
            $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(WebhookTemplate.Fill(field.Value, values))}"));
        return new Uri(query.Length > 0 ? $"{_url}?{query}" : _url);
    }

    private HttpContent? ContentOf(Dictionary<string, string> values)
    {
        if (_send.Json is { } json)
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(((JsonNode)WebhookTemplate.Fill(json, values)!).ToJsonString()));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return content;
        }

        return _send.Form.Count == 0 ? null
            : new FormUrlEncodedContent(_send.Form.Select(field => KeyValuePair.Create(field.Key, WebhookTemplate.Fill(field.Value, values))));
    }
}
