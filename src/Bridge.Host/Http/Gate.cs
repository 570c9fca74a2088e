using System.Net;
using System.Security.Cryptography;
using System.Text;
using Bridge.Core.Configuration;
using Microsoft.AspNetCore.Http;

namespace Bridge.Host.Http;

/// <summary>
/// Who is answered, and how much they may see. On a loopback address everybody who can reach it is trusted, unless a token is configured; elsewhere
/// only who shows the token. A browser that was lured to the loopback address under a stranger's name is not answered.
/// </summary>
/// <param name="config">Where it listens, and the token of monitors.</param>
/// <param name="clock">For budgets.</param>
/// <param name="mayRead">True for who shows one of <c>access.tokens</c>; null: there are none.</param>
internal sealed class Gate(HttpConfig config, TimeProvider clock, Func<HttpRequest, bool>? mayRead = null)
{
    private const string Scheme = "Bearer ";
    private readonly RequestBudgets _budgets = new(clock);
    private readonly byte[]? _token = config.MetricsToken is { } token ? Hash(token.Reveal()) : null;
    private readonly bool _loopback = IPAddress.IsLoopback(config.Listen.Address);

    /// <summary>Why a request is not answered; null when it is.</summary>
    public Answer? Refusal(HttpRequest request)
    {
        if (!IsTrusted(request, shownToken: true) && !_budgets.TryTake(request.HttpContext.Connection.RemoteIpAddress, IsProxied(request)))
        {
            return Answer.Text(StatusCodes.Status429TooManyRequests, "too many requests");
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return Answer.Text(StatusCodes.Status405MethodNotAllowed, "only GET");
        }

        return _loopback && !IsOurName(request.Host.Host)
            ? Answer.Text(StatusCodes.Status421MisdirectedRequest, "this is no name of this listener: use the address it listens on, or http.public_url")
            : null;
    }

    // What comes under the public name came through a proxy: from anybody, though from a loopback address.
    public bool IsTrusted(HttpRequest request) =>
        IsTrusted(request, shownToken: _token is not null || !_loopback || IsProxied(request));

    private bool IsTrusted(HttpRequest request, bool shownToken)
    {
        if (!shownToken || mayRead?.Invoke(request) == true)
        {
            return true;
        }

        // Hashed first: equal lengths, so that the comparison takes the same time whatever was sent.
        var shown = request.Headers.Authorization.ToString();
        return _token is not null
            && shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(shown[Scheme.Length..].Trim()), _token);
    }

    private bool IsProxied(HttpRequest request) => config.PublicUrl is { } url && request.Host.Host == url.Host;

    private bool IsOurName(string host) =>
        host is "localhost" || host == config.PublicUrl?.Host || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
