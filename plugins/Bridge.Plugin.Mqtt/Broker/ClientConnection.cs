using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// One client's connection: reads its packets, queues what goes to it. Sending and closing may be called from any thread and never block.
/// </summary>
internal sealed class ClientConnection : IAsyncDisposable
{
    private const int ReadBuffer = 64 * 1024;
    private const int MaxConnectSize = 200_000;
    private const int MaxProperties = 256;
    private const int MaxFilters = Grants.MaxCount;
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    private readonly Stream _stream;
    private readonly PacketReader _reader;
    private readonly Figures _figures;
    private readonly TimeProvider _clock;
    // Not disposed: whoever closes a connection may be late, and it holds nothing.
    private readonly CancellationTokenSource _closed = new();
    private PacketWriter? _writer;
    private Task _writing = Task.CompletedTask;
    private int _closing;
    private long _listensSince;
    private volatile bool _listens;

    /// <param name="stream">Owned.</param>
    /// <param name="from">Whose it is.</param>
    /// <param name="maxPacket">The largest packet it may send.</param>
    /// <param name="figures">Where it is counted.</param>
    /// <param name="clock">Tells how long it has been silent.</param>
    public ClientConnection(Stream stream, IPAddress from, int maxPacket, Figures figures, TimeProvider clock)
    {
        From = from;
        _stream = stream;
        // No buffer is held while a client is idle.
        _reader = new PacketReader(
            PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: ReadBuffer, useZeroByteReads: true)), maxPacket, ProtocolVersion.V311)
        {
            MaxConnectSize = MaxConnectSize,
            MaxProperties = MaxProperties,
            MaxFilters = MaxFilters,
        };
        _figures = figures;
        _clock = clock;
    }

    public IPAddress From { get; }

    /// <summary>Who it is by its certificate; null when that does not count.</summary>
    public string? CertificateUser { get; init; }

    /// <summary>Known once its CONNECT was read.</summary>
    public ProtocolVersion Version => _reader.Version;

    /// <summary>Set when its CONNECT was accepted.</summary>
    public Session? Session { get; set; }

    /// <summary>The aliases that it has given topics.</summary>
    public ReceivedAliases Aliases { get; } = new(ClientTerms.TopicAliases);

    /// <summary>What it was promised.</summary>
    public ClientTerms Terms { get; set; } = ClientTerms.Unknown;

    /// <summary>It must be heard of within this time; null for no limit.</summary>
    public TimeSpan? Patience { get; set; }

    /// <summary>For how long nothing has come while we listened; none while what came is worked on. By a clock that nobody sets.</summary>
    public TimeSpan Silence => _listens ? _clock.GetElapsedTime(Volatile.Read(ref _listensSince)) : TimeSpan.Zero;

    /// <summary>Publishes of QoS 1 and 2 that it has sent and that are not acknowledged.</summary>
    public int Unacknowledged { get; set; }

    /// <summary>Ends when the connection does.</summary>
    public CancellationToken Closed => _closed.Token;

    public int Unsent => _writer?.Queued ?? 0;

    public long UnsentBytes => _writer?.QueuedBytes ?? 0;

    /// <summary>Adds the packets of one read, until <see cref="Close"/>. False at the end of the stream.</summary>
    public async ValueTask<bool> ReadAsync(List<MqttPacket> packets)
    {
        var before = _reader.BytesRead;
        Volatile.Write(ref _listensSince, _clock.GetTimestamp());
        _listens = true;
        try
        {
            return await _reader.ReadAsync(packets, _closed.Token);
        }
        finally
        {
            _listens = false;
            _figures.BytesReceived.Add(_reader.BytesRead - before);
            _figures.PacketsReceived.Add(packets.Count);
        }
    }

    /// <summary>From here on packets can be sent: the client's version is known.</summary>
    public void Open()
    {
        _writer = new PacketWriter(PipeWriter.Create(_stream), Version);
        _writing = WriteAsync(_writer);
    }

    /// <summary>An answer. What it explains beyond its reason is left out where the client does not want it.</summary>
    public void Send(MqttPacket packet)
    {
        if (_writer is { } writer)
        {
            Count(writer.Enqueue(Terms.Admits(packet, Version) ? packet : packet with { Properties = default }));
        }
    }

    /// <summary>False when it is larger than the client takes. Called in the order of sending.</summary>
    public bool TrySend(PublishPacket packet)
    {
        if (Terms.Admit(packet, Version) is not { } admitted)
        {
            return false;
        }

        Count(_writer?.Enqueue(admitted) ?? 0);
        _figures.PublishesSent.Add();
        _figures.PayloadSent.Add(packet.Payload.Bytes.Length);
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
    public void Close(ReasonCode reason, string? because = null)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            return;
        }

        if (Version == ProtocolVersion.V5 && Session is not null)
        {
            Send(new DisconnectPacket { Reason = reason, Properties = Reasons.Of(because) });
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

    private void Count(int bytes)
    {
        _figures.PacketsSent.Add();
        _figures.BytesSent.Add(bytes);
    }

    private async Task WriteAsync(PacketWriter writer)
    {
        try
        {
            await writer.RunAsync(CancellationToken.None);
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or SocketException or OperationCanceledException)
        {
            // The client is gone (an aborted WebSocket says so by cancellation): its reader learns it too.
            await _closed.CancelAsync();
        }
    }
}
