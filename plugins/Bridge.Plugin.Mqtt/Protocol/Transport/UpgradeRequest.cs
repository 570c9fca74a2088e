using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Bridge.Plugin.Mqtt.Protocol.Transport;

/// <summary>What a listener asks of a WebSocket client beside the protocol.</summary>
/// <param name="Path">The only path answered; null for any.</param>
/// <param name="Origins">
/// Web pages that may connect, such as <c>https://panel.lan</c>; <c>*</c> for all. Programs name no origin; a browser always does, and without this
/// list any page that somebody at home opens could talk to the broker.
/// </param>
internal sealed record WebSocketRules(string? Path, IReadOnlyCollection<string> Origins);

/// <summary>
/// A WebSocket opening handshake as its client sent it (RFC 6455 section 4.2.1). Parsing is strict, pure and bounded; anything else is a
/// <see cref="UpgradeRefusal"/>.
/// </summary>
internal sealed record UpgradeRequest(string Path, string Key, string? Origin)
{
    /// <summary>The longest head accepted, with its empty line.</summary>
    public const int MaxHead = 8 * 1024;

    /// <summary>The WebSocket subprotocol of MQTT.</summary>
    public const string Subprotocol = "mqtt";

    private const int KeyLength = 16;
    private static readonly SearchValues<char> s_token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<byte> s_printable =
        SearchValues.Create([(byte)'\t', (byte)'\r', (byte)'\n', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c)]);

    /// <param name="head">From the request line to the empty line, inclusive.</param>
    public static UpgradeRequest Parse(ReadOnlySpan<byte> head)
    {
        if (head.Length > MaxHead || head.ContainsAnyExcept(s_printable) || !head.EndsWith("\r\n\r\n"u8))
        {
            throw new UpgradeRefusal(400, "the request is not well-formed HTTP");
        }

        var lines = Encoding.ASCII.GetString(head[..^4]).Split("\r\n");
        var path = PathOf(lines[0]);
        var fields = new Fields(lines.AsSpan(1));
        if (fields.Count("Host") != 1 || fields.Count("Content-Length") + fields.Count("Transfer-Encoding") > 0)
        {
            throw new UpgradeRefusal(400, "the request has not one host, or has a body");
        }

        if (!fields.Lists("Upgrade", "websocket") || !fields.Lists("Connection", "upgrade"))
        {
            throw new UpgradeRefusal(426, "this port speaks MQTT over WebSocket only");
        }

        if (fields.One("Sec-WebSocket-Version") != "13")
        {
            throw new UpgradeRefusal(426, "only version 13 of WebSocket is spoken");
        }

        if (fields.One("Sec-WebSocket-Key") is not { } key || !Base64.IsValid(key, out var length) || length != KeyLength)
        {
            throw new UpgradeRefusal(400, "the request has no usable WebSocket key");
        }

        return fields.Lists("Sec-WebSocket-Protocol", Subprotocol)
            ? new UpgradeRequest(path, key, fields.One("Origin"))
            : throw new UpgradeRefusal(400, "the client does not offer the WebSocket subprotocol mqtt");
    }

    /// <summary>Throws when this listener does not want it.</summary>
    public void Check(WebSocketRules rules)
    {
        if (rules.Path is { } wanted && Path.Split('?')[0] != wanted)
        {
            throw new UpgradeRefusal(404, "the path is not the one that the listener serves");
        }

        if (Origin is not null && !rules.Origins.Contains("*") && !rules.Origins.Contains(Origin, StringComparer.OrdinalIgnoreCase))
        {
            throw new UpgradeRefusal(403, "a web page that is not among the allowed origins tried to connect");
        }
    }

    private static string PathOf(string line)
    {
        var parts = line.Split(' ');
        if (parts is not [var method, ['/', ..] path, "HTTP/1.1"] || path.Contains('\t', StringComparison.Ordinal))
        {
            throw new UpgradeRefusal(400, "the request is not well-formed HTTP/1.1");
        }

        return method == "GET" ? path : throw new UpgradeRefusal(405, "the request is not a GET");
    }

    /// <summary>The header fields: names in any case, several of one name as one list.</summary>
    private readonly ref struct Fields(ReadOnlySpan<string> lines)
    {
        private readonly List<(string Name, string Value)> _fields = Read(lines);

        public int Count(string name) => _fields.Count(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

        public string? One(string name) => Count(name) == 1
            ? _fields.Find(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value
            : Count(name) == 0 ? null : throw new UpgradeRefusal(400, "a header field that may stand once stands twice");

        public bool Lists(string name, string item) => _fields.Exists(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            && field.Value.Split(',', StringSplitOptions.TrimEntries).Contains(item, StringComparer.OrdinalIgnoreCase));

        private static List<(string Name, string Value)> Read(ReadOnlySpan<string> lines)
        {
            var fields = new List<(string, string)>(lines.Length);
            foreach (var line in lines)
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon <= 0 || line.AsSpan(0, colon).ContainsAnyExcept(s_token) || line.AsSpan().ContainsAny('\r', '\n'))
                {
                    throw new UpgradeRefusal(400, "a header field is not well-formed");
                }

                fields.Add((line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
            }

            return fields;
        }
    }
}

/// <summary>The handshake is answered with this status and the connection closed. The message holds nothing of the request.</summary>
internal sealed class UpgradeRefusal(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
