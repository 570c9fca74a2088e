using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Bridge.Plugin.Mqtt.Protocol.Transport;

/// <summary>The server's side of a WebSocket's beginning: one HTTP/1.1 request, one answer.</summary>
internal static class WebSocketHandshake
{
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>
    /// The stream of the messages, which owns <paramref name="stream"/>. A refusal is answered and thrown as <see cref="TransportException"/>.
    /// </summary>
    public static async Task<Stream> AnswerAsync(Stream stream, WebSocketRules rules, TimeProvider clock, CancellationToken cancellationToken)
    {
        UpgradeRequest request;
        try
        {
            request = UpgradeRequest.Parse(await ReadHeadAsync(stream, cancellationToken));
            request.Check(rules);
        }
        catch (UpgradeRefusal refusal)
        {
            await WriteAsync(stream, Refusal(refusal), cancellationToken);
            throw new TransportException($"a WebSocket client was refused: {refusal.Message}", refusal);
        }

        await WriteAsync(stream, Welcome(request), cancellationToken);
        var options = new WebSocketCreationOptions { IsServer = true, SubProtocol = UpgradeRequest.Subprotocol, KeepAliveInterval = TimeSpan.Zero };
        return new BinaryMessageStream(WebSocket.CreateFromStream(stream, options), clock);
    }

    /// <summary>What a client must find in <c>Sec-WebSocket-Accept</c>.</summary>
    public static string AcceptOf(string key)
    {
        // The handshake's own function, fixed by RFC 6455: it proves that the server speaks WebSocket, and secures nothing.
#pragma warning disable CA5350
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));
#pragma warning restore CA5350
    }

    private static async Task<byte[]> ReadHeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[UpgradeRequest.MaxHead];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                throw new IOException("The client closed the connection during the WebSocket handshake.");
            }

            length += read;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                // A client must wait for the answer before it sends frames (RFC 6455 section 4.1).
                return end + 4 == length ? buffer[..length] : throw new UpgradeRefusal(400, "the client did not wait for the answer");
            }
        }

        throw new UpgradeRefusal(431, "the request is too long");
    }

    private static string Welcome(UpgradeRequest request) =>
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + $"Sec-WebSocket-Accept: {AcceptOf(request.Key)}\r\nSec-WebSocket-Protocol: {UpgradeRequest.Subprotocol}\r\n\r\n";

    private static string Refusal(UpgradeRefusal refusal)
    {
        var more = refusal.Status switch
        {
            426 => "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
            405 => "Allow: GET\r\n",
            _ => "",
        };
        return $"HTTP/1.1 {refusal.Status} {PhraseOf(refusal.Status)}\r\n{more}Connection: close\r\nContent-Type: text/plain\r\n"
            + $"Content-Length: {refusal.Message.Length + 1}\r\n\r\n{refusal.Message}\n";
    }

    private static string PhraseOf(int status) => status switch
    {
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        426 => "Upgrade Required",
        431 => "Request Header Fields Too Large",
        _ => "Bad Request",
    };

    private static ValueTask WriteAsync(Stream stream, string text, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
}
