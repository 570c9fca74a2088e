using System.Net;
using System.Net.Sockets;

namespace Bridge.Bench.Load;

/// <summary>
/// Answers at once whatever a network would, so that it is never the limit: one thread for each connection, and for all that a read brought one write.
/// </summary>
internal abstract class StubServer : IDestination
{
    private const int LargestRead = 128 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _connections = [];
    private Task _accepting = Task.CompletedTask;

    protected StubServer() => _listener.Start();

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

    /// <summary>Takes one request off the beginning; gives its length, or 0 when it is not there as a whole yet.</summary>
    /// <param name="bytes">What came and was not taken yet.</param>
    /// <param name="answers">Where its answer goes.</param>
    protected abstract int Take(ReadOnlySpan<byte> bytes, Stream answers);

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
            var (buffer, end) = (new byte[LargestRead], 0);
            using var answers = new MemoryStream();
            int read;
            while ((read = socket.Receive(buffer, end, buffer.Length - end, SocketFlags.None)) > 0)
            {
                end += read;
                var taken = 0;
                answers.SetLength(0);
                while (Take(buffer.AsSpan(taken, end - taken), answers) is > 0 and var length)
                {
                    taken += length;
                }

                socket.Send(answers.GetBuffer().AsSpan(0, (int)answers.Length));
                buffer.AsSpan(taken, end - taken).CopyTo(buffer);
                end -= taken;
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The peer was killed, or all is over.
        }
    }
}
