using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Bridge.Testing.Chat;

/// <summary>An endpoint's connection to the network: requests with answers, and events, over one local socket.</summary>
internal sealed class ChatConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly StreamReader _reader;
    private readonly StreamWriter _writer;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentDictionary<long, TaskCompletionSource<ChatLine>> _asked = new();
    private readonly Channel<ChatLine> _pushed = Channel.CreateUnbounded<ChatLine>();
    private readonly Task _reading;
    private long _number;

    private ChatConnection(Socket socket)
    {
        _socket = socket;
        var stream = new NetworkStream(socket, ownsSocket: true);
        (_reader, _writer) = (new StreamReader(stream), new StreamWriter(stream) { AutoFlush = true });
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>What the network says unasked, in order; it ends with an <see cref="IOException"/> when the connection is lost.</summary>
    public ChannelReader<ChatLine> Pushed => _pushed.Reader;

    public static async Task<ChatConnection> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new ChatConnection(socket);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new IOException($"the network cannot be reached ({failure.SocketErrorCode})", failure);
        }
    }

    /// <summary>Throws <see cref="IOException"/> when the answer cannot come any more.</summary>
    public async Task<ChatLine> AskAsync(ChatLine request, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _number);
        var answer = _asked[number] = new TaskCompletionSource<ChatLine>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_reading.IsCompleted)
        {
            throw Lost();
        }

        try
        {
            await _writing.WaitAsync(cancellationToken);
            try
            {
                await _writer.WriteLineAsync((request with { Number = number }).Write());
            }
            finally
            {
                _writing.Release();
            }

            return await answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _asked.TryRemove(number, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
        _writing.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _reader.ReadLineAsync() is { } text)
            {
                var line = ChatLine.Read(text);
                if (line.Event is not null || line.Rules is not null && line.Number == 0)
                {
                    _pushed.Writer.TryWrite(line);
                }
                else if (_asked.TryGetValue(line.Number, out var answer))
                {
                    answer.TrySetResult(line);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or System.Text.Json.JsonException)
        {
            // It ends as a connection that was closed does.
        }

        _pushed.Writer.TryComplete(Lost());
        foreach (var answer in _asked.Values)
        {
            answer.TrySetException(Lost());
        }
    }

    private static IOException Lost() => new("the network hung up");
}
