using System.Net;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>One entry of <c>listen</c>: where, and what is spoken there.</summary>
/// <param name="Scheme"><c>mqtt</c>, <c>mqtts</c>, <c>ws</c> or <c>wss</c>.</param>
/// <param name="At">An address of this machine.</param>
/// <param name="Path">The only path of a WebSocket; null for any.</param>
internal sealed record ListenAddress(string Scheme, IPEndPoint At, string? Path)
{
    private const string Separator = "://";

    public bool IsSecure => Scheme is "mqtts" or "wss";

    public bool IsWebSocket => Scheme is "ws" or "wss";

    /// <summary>Null when it is none. Without a scheme it is plain MQTT.</summary>
    public static ListenAddress? Parse(string text)
    {
        var separator = text.IndexOf(Separator, StringComparison.Ordinal);
        var scheme = separator < 0 ? "mqtt" : text[..separator];
        var rest = separator < 0 ? text : text[(separator + Separator.Length)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (address, path) = slash < 0 ? (rest, null) : (rest[..slash], rest[slash..]);
        if (scheme is not ("mqtt" or "mqtts" or "ws" or "wss") || !IPEndPoint.TryParse(address, out var at))
        {
            return null;
        }

        var listen = new ListenAddress(scheme, at, path is "/" ? null : path);
        var hasPort = at.Port > 0 || address.EndsWith(":0", StringComparison.Ordinal);
        return hasPort && (listen.Path is null || listen.IsWebSocket) ? listen : null;
    }
}
