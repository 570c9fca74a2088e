using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>One client's connection: reads its packets, queues what goes to it. Sending and closing may be called from any thread and never block.</summary>
internal sealed class ClientConnection : IAsyncDisposable
{
    private const int ReadBuffer = 64 * 1024;
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    private readonly NetworkStream _stream;
    private readonly PacketReader _reader;
    private readonly TimeProvider _clock;
    // Not disposed: whoever closes a connection may be late, and it holds nothing.
    private readonly CancellationTokenSource _closed = new();
    private PacketWriter? _writer;
    private Task _writing = Task.CompletedTask;
    private int _closing;

    public ClientConnection(Socket socket, int maxPacket, TimeProvider clock)
    {
        // Both throw when the client is gone already.
        socket.NoDelay = true;
        From = socket.RemoteEndPoint is IPEndPoint remote ? remote.Address : IPAddress.None;
        _stream = new NetworkStream(socket, ownsSocket: true);
        // No buffer is held while a client is idle.
        _reader = new PacketReader(
            PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: ReadBuffer, useZeroByteReads: true)), maxPacket, ProtocolVersion.V311);
        _clock = clock;
        LastHeard = clock.GetUtcNow();
    }

    public IPAddress From { get; }

    /// <summary>Known once its CONNECT was read.</summary>
    public ProtocolVersion Version => _reader.Version;

    /// <summary>Set when its CONNECT was accepted.</summary>
    public Session? Session { get; set; }

    public Permissions Permissions { get; set; } = new([], []);

    /// <summary>How many messages of QoS 1 it takes ahead of its acknowledgements.</summary>
    public int SendMaximum { get; set; }

    /// <summary>The largest packet it takes.</summary>
    public long MaxPacketSize { get; set; } = long.MaxValue;

    /// <summary>It must be heard of within this time; null for no limit.</summary>
    public TimeSpan? Patience { get; set; }

    public DateTimeOffset LastHeard { get; private set; }

    /// <summary>Publishes of QoS 1 that it has sent and that are not acknowledged.</summary>
    public int Unacknowledged { get; set; }

    public int Unsent => _writer?.Queued ?? 0;

    public long UnsentBytes => _writer?.QueuedBytes ?? 0;

    /// <summary>Adds the packets of one read, until <see cref="Close"/>. False at the end of the stream.</summary>
    public async ValueTask<bool> ReadAsync(List<MqttPacket> packets)
    {
        var more = await _reader.ReadAsync(packets, _closed.Token);
        LastHeard = _clock.GetUtcNow();
        return more;
    }

    /// <summary>From here on packets can be sent: the client's version is known.</summary>
    public void Open()
    {
        _writer = new PacketWriter(PipeWriter.Create(_stream), Version);
        _writing = WriteAsync(_writer);
    }

    public void Send(MqttPacket packet) => _writer?.Enqueue(packet);

    /// <summary>False when it is larger than the client takes.</summary>
    public bool TrySend(PublishPacket packet)
    {
        if (MaxPacketSize < int.MaxValue && PacketEncoder.Measure(packet, Version) > MaxPacketSize)
        {
            return false;
        }

        _writer?.Enqueue(packet);
        return true;
    }

    /// <summary>Waits until what is queued has gone out.</summary>
    public async Task FlushAsync()
    {
        if (_writer is not null)
        {
            await _writer.FlushAsync().WaitAsync(_closed.Token);
        }
    }

    /// <summary>Says why, where the version can, and ends the connection. The first reason counts.</summary>
    public void Close(ReasonCode reason)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            return;
        }

        if (Version == ProtocolVersion.V5 && Session is not null)
        {
            _writer?.Enqueue(new DisconnectPacket { Reason = reason });
        }

        _writer?.Complete();
        // Its callbacks would run here, under whatever lock the caller holds.
        _ = _closed.CancelAsync();
    }

    /// <summary>Gives the last packets a moment to leave.</summary>
    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _closing, 1);
        _writer?.Complete();
        await Task.WhenAny(_writing, Task.Delay(s_lastWords, _clock, CancellationToken.None));
        await _closed.CancelAsync();
        await _stream.DisposeAsync();
        await _writing;
    }

    private async Task WriteAsync(PacketWriter writer)
    {
        try
        {
            await writer.RunAsync(CancellationToken.None);
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or SocketException)
        {
            // The client is gone: its reader learns it too.
            await _closed.CancelAsync();
        }
    }
}
