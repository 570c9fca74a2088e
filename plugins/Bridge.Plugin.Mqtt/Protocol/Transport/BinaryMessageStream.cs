using System.Net.WebSockets;

namespace Bridge.Plugin.Mqtt.Protocol.Transport;

/// <summary>
/// The bytes of a WebSocket's binary messages (MQTT 5 section 6): where one message ends means nothing. A cancelled read leaves the connection as it
/// is, which <see cref="WebSocket"/> itself does not: DISCONNECT may still be written.
/// </summary>
internal sealed class BinaryMessageStream(WebSocket socket, TimeProvider clock) : Stream
{
    private const int BufferSize = 8 * 1024;
    private static readonly TimeSpan s_parting = TimeSpan.FromSeconds(1);

    private readonly byte[] _buffer = new byte[BufferSize];
    private ReadOnlyMemory<byte> _unread;
    private Task<ValueWebSocketReceiveResult>? _receiving;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_unread.IsEmpty)
        {
            if (!await ReceiveAsync(cancellationToken))
            {
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, _unread.Length);
        _unread[..count].CopyTo(buffer);
        _unread = _unread[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await socket.SendAsync(buffer, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        catch (WebSocketException problem)
        {
            throw new IOException("The WebSocket connection is broken.", problem);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        await SayCloseAsync();
        socket.Dispose();
        await base.DisposeAsync();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Fills the buffer; false at the end.</summary>
    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            _receiving ??= socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None).AsTask();
            var result = await _receiving.WaitAsync(cancellationToken);
            _receiving = null;
            _unread = _buffer.AsMemory(0, result.Count);
            return result.MessageType switch
            {
                WebSocketMessageType.Binary => true,
                WebSocketMessageType.Close => false,
                _ => throw MqttProtocolException.Malformed("a WebSocket message is text; MQTT is carried in binary ones"),
            };
        }
        catch (WebSocketException problem)
        {
            throw new IOException("The WebSocket connection is broken.", problem);
        }
    }

    private async Task SayCloseAsync()
    {
        using var patience = new CancellationTokenSource(s_parting, clock);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, patience.Token);
            }
        }
        catch (Exception problem) when (problem is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The peer has gone already: nobody is left to be told.
        }
    }
}
