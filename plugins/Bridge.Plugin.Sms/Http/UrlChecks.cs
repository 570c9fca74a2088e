using System.Net;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Http;

/// <summary>What is wrong with the address of something on the web.</summary>
internal static class UrlChecks
{
    /// <param name="option">Where it stands.</param>
    /// <param name="url">Null for none, with which nothing is wrong.</param>
    /// <param name="isBare">Whether no query may stand in it.</param>
    public static IEnumerable<OptionProblem> Of(string option, Uri? url, bool isBare = true)
    {
        if (url is null)
        {
            yield break;
        }

        if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || (isBare && url.Query.Length > 0) || url.Fragment.Length > 0)
        {
            yield return new(option, "not a URL that can be called", isBare ? "write https://host/path, without a query" : "write https://host/path");
        }
        else if (url.UserInfo.Length > 0)
        {
            yield return new(option, "a URL must not hold a user name or password", "remove them");
        }
        else if (url.Scheme == "http" && !IsNear(url))
        {
            yield return new(option, "http:// shows everybody on the way every message", "write https://") { IsWarning = true };
        }
    }

    /// <summary>This machine, and what no address of the internet leads to.</summary>
    public static bool IsNear(Uri url)
    {
        if (!IPAddress.TryParse(url.IdnHost, out var address))
        {
            return !url.Host.Contains('.', StringComparison.Ordinal)
                || ((string[])[".lan", ".local", ".home.arpa", ".internal"]).Any(domain => url.Host.EndsWith(domain, StringComparison.Ordinal));
        }

        return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal
            || address.GetAddressBytes() is [10, _, _, _] or [172, >= 16 and <= 31, _, _] or [192, 168, _, _] or [169, 254, _, _];
    }
}
