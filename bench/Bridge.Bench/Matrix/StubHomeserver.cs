using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bridge.Bench.Load;

namespace Bridge.Bench.Matrix;

/// <summary>
/// Answers every call at once and remembers nothing but which message came when: a homeserver that is never the limit. One thread for each connection, so that
/// an answer costs a read and a write.
/// </summary>
internal sealed class StubHomeserver : IDestination
{
    /// <summary>What any call but a send asks for.</summary>
    private const string Anything =
        """{"versions":["v1.11"],"user_id":"@bridge:hs.test","room_id":"!own:hs.test","event_id":"$own","duration_ms":1,"joined_rooms":[]}""";

    private readonly Ledger _ledger;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _connections = [];
    private Task _accepting = Task.CompletedTask;

    public StubHomeserver(Ledger ledger)
    {
        _ledger = ledger;
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Task StartAsync()
    {
        _accepting = AcceptAsync();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        _connections.ForEach(connection => connection.Dispose());
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _connections.Add(socket);
                new Thread(() => Serve(socket), maxStackSize: 256 * 1024) { IsBackground = true }.Start();
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private void Serve(Socket socket)
    {
        try
        {
            var (buffer, end) = (new byte[128 * 1024], 0);
            while (true)
            {
                var request = buffer.AsSpan(0, end);
                if (HttpRequest.TryRead(request, out var length, out var path, out var body))
                {
                    socket.Send(AnswerTo(path, body));
                    buffer.AsSpan(length, end - length).CopyTo(buffer);
                    end -= length;
                    continue;
                }

                var read = socket.Receive(buffer, end, buffer.Length - end, SocketFlags.None);
                if (read == 0)
                {
                    return;
                }

                end += read;
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The peer was killed, or all is over.
        }
    }

    private byte[] AnswerTo(ReadOnlySpan<byte> path, ReadOnlySpan<byte> body)
    {
        if (path.IndexOf("/state/m.room.encryption"u8) >= 0)
        {
            return Answer("404 Not Found", """{"errcode":"M_NOT_FOUND","error":"Event not found."}""");
        }

        // The payload is the text, so its first member stands escaped in it.
        var at = body.IndexOf(@"{\""n\"":"u8);
        if (path.IndexOf("/send/m.room.message/"u8) < 0 || at < 0)
        {
            return Answer("200 OK", Anything);
        }

        var digits = body[(at + @"{\""n\"":".Length)..];
        var number = int.Parse(digits[..digits.IndexOf((byte)',')], CultureInfo.InvariantCulture);
        _ledger.Receive(number, null, Stopwatch.GetTimestamp());
        return Answer("200 OK", string.Create(CultureInfo.InvariantCulture, $$"""{"event_id":"${{number:D43}}"}"""));
    }

    private static byte[] Answer(string status, string body) =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
