using System.IO.Pipelines;
using System.Threading.Channels;

namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>
/// Sends the packets of one connection in the order of the calls, from any thread; one loop writes all that is waiting and flushes once.
/// The queue is as long as the caller lets it be: a caller bounds what it has unacknowledged, and reads <see cref="Queued"/>.
/// </summary>
internal sealed class PacketWriter(PipeWriter output, ProtocolVersion version)
{
    private const int FlushAt = 64 * 1024;

    private readonly Channel<Entry> _queue = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private int _queued;
    private long _queuedBytes;

    /// <summary>Packets enqueued and not yet written.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>Their bytes on the wire.</summary>
    public long QueuedBytes => Volatile.Read(ref _queuedBytes);

    /// <summary>
    /// Gives the packet's size. What the wire cannot carry is a <see cref="MqttEncodingException"/> here. After the loop has ended packets are
    /// dropped: their connection is gone.
    /// </summary>
    public int Enqueue(MqttPacket packet) => Enqueue(packet, flushed: null);

    /// <summary>Completes when the packet was flushed to the connection; faults when the connection ends before.</summary>
    public Task EnqueueAndFlushAsync(MqttPacket packet)
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(packet, flushed);
        return flushed.Task;
    }

    /// <summary>Completes when all that is enqueued now was flushed to the connection; faults when the connection ends before.</summary>
    public Task FlushAsync()
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new Entry(Packet: null, Length: 0, flushed));
        return flushed.Task;
    }

    /// <summary>No more packets; the loop writes those that wait and ends.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Writes until <see cref="Complete"/> or the connection's end (an exception, or quietly when its reader has gone).</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var flushing = new List<TaskCompletionSource>();
        try
        {
            while (await _queue.Reader.WaitToReadAsync(cancellationToken))
            {
                while (output.UnflushedBytes < FlushAt && _queue.Reader.TryRead(out var entry))
                {
                    Leave(entry);
                    if (entry.Packet is { } packet)
                    {
                        PacketEncoder.Write(output, packet, version);
                    }

                    if (entry.Flushed is not null)
                    {
                        flushing.Add(entry.Flushed);
                    }
                }

                var result = await output.FlushAsync(cancellationToken);
                flushing.ForEach(static flushed => flushed.TrySetResult());
                flushing.Clear();
                if (result.IsCompleted)
                {
                    return;
                }
            }
        }
        finally
        {
            EndWith(flushing);
        }
    }

    private int Enqueue(MqttPacket packet, TaskCompletionSource? flushed) => Enqueue(new Entry(packet, PacketEncoder.Measure(packet, version), flushed));

    private int Enqueue(Entry entry)
    {
        Interlocked.Increment(ref _queued);
        Interlocked.Add(ref _queuedBytes, entry.Length);
        if (!_queue.Writer.TryWrite(entry))
        {
            Leave(entry);
            entry.Flushed?.TrySetException(Gone());
        }

        return entry.Length;
    }

    private void Leave(Entry entry)
    {
        Interlocked.Decrement(ref _queued);
        Interlocked.Add(ref _queuedBytes, -entry.Length);
    }

    private void EndWith(List<TaskCompletionSource> flushing)
    {
        _queue.Writer.TryComplete();
        while (_queue.Reader.TryRead(out var entry))
        {
            entry.Flushed?.TrySetException(Gone());
        }

        flushing.ForEach(static flushed => flushed.TrySetException(Gone()));
    }

    private static IOException Gone() => new("The connection ended before the packet was sent.");

    /// <param name="Packet">Null for a mere mark in the queue.</param>
    private readonly record struct Entry(MqttPacket? Packet, int Length, TaskCompletionSource? Flushed);
}
