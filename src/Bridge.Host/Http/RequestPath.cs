using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bridge.Host.Http;

/// <summary>
/// The path of a request as it was sent. Whoever decodes a path twice, or climbs with <c>..</c> where a proxy before us did not, is led to a place that nobody
/// meant: such a path is none.
/// </summary>
internal static class RequestPath
{
    /// <summary>Percent-encoded as it came, from its first <c>/</c>; null when it is no path that may be followed.</summary>
    public static string? Of(HttpRequest request) => Of(request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "");

    /// <param name="target">Of the request line: a path, or a whole URL, with or without a query.</param>
    public static string? Of(string target)
    {
        var path = target.AsSpan();
        var query = path.IndexOfAny('?', '#');
        path = query < 0 ? path : path[..query];
        if (!path.StartsWith('/') && path.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
        {
            var authority = path[(scheme + 3)..];
            path = authority.Contains('/') ? authority[authority.IndexOf('/')..] : "/";
        }

        return path.StartsWith('/') && IsClean(path) ? path.ToString() : null;
    }

    private static bool IsClean(ReadOnlySpan<char> path)
    {
        foreach (var segment in path.Split('/'))
        {
            if (IsOfDots(path[segment]))
            {
                return false;
            }
        }

        for (var at = 0; at < path.Length; at++)
        {
            if (path[at] is <= ' ' or >= '\x7f' or '\\' || (path[at] == '%' && ByteAt(path[at..]) is null or 0))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>.</c> or <c>..</c>, encoded or not.</summary>
    private static bool IsOfDots(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        for (; segment.Length > 0; dots++)
        {
            var isEncoded = segment[0] == '%';
            if (isEncoded ? ByteAt(segment) != '.' : segment[0] != '.')
            {
                return false;
            }

            segment = segment[(isEncoded ? 3 : 1)..];
        }

        return dots is 1 or 2;
    }

    private static byte? ByteAt(ReadOnlySpan<char> encoded) =>
        encoded.Length >= 3 && byte.TryParse(encoded[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;
}
