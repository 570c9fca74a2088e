using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>
/// Our publishes, in the order of <see cref="SendAsync"/>: waiting, or sent and not acknowledged. It outlives connections: what was unacknowledged when one
/// ended is sent again, first, in the same order; with DUP and the same packet id when the broker kept the session. Thread-safe.
/// </summary>
internal sealed class PublishQueue(ProtocolVersion version)
{
    /// <summary>Bounds memory and what a crash repeats, when the broker would take more.</summary>
    public const int MaxInFlight = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, Pending> _sent = [];
    private Queue<Pending> _waiting = new();
    private PacketWriter? _writer;
    private Grant _grant = new();
    private ushort _lastId;
    private long _lastNumber;

    /// <summary>How many publishes may be unacknowledged, as of the last connection.</summary>
    public int InFlight => Math.Min(_grant.ReceiveMaximum, MaxInFlight);

    /// <summary>
    /// Completes with the broker's word (QoS 1) or the flush (QoS 0). Faults when the outcome is unknown: the queue was abandoned, or a QoS 0 message was
    /// on its way when the connection ended. Cancelled, the message is not sent any more unless it was; then nor are those that wait behind it on its topic.
    /// </summary>
    public async Task<SendResult> SendAsync(PublishPacket packet, CancellationToken cancellationToken)
    {
        var pending = new Pending(packet);
        lock (_gate)
        {
            _waiting.Enqueue(pending);
            Pump();
        }

        await using var cancelling = cancellationToken.UnsafeRegister(
            static state =>
            {
                var (queue, cancelled) = ((PublishQueue, Pending))state!;
                queue.GiveUp(cancelled);
            },
            (this, pending));
        return await pending.Done.Task;
    }

    /// <summary>The connection carries publishes from now on; those that an earlier one left unacknowledged go first.</summary>
    public void Connected(PacketWriter writer, Grant grant)
    {
        lock (_gate)
        {
            var again = _sent.Values.Where(pending => !pending.Done.Task.IsCompleted).OrderBy(pending => pending.Number).ToList();
            again.ForEach(pending => pending.Again(grant.SessionPresent));
            _sent.Clear();
            _waiting = new Queue<Pending>([.. again, .. _waiting]);
            (_writer, _grant) = (writer, grant);
            Pump();
        }
    }

    /// <summary>Nothing is written until the next <see cref="Connected"/>.</summary>
    public void Disconnected()
    {
        lock (_gate)
        {
            _writer = null;
        }
    }

    /// <summary>PUBACK. One for an unknown id is ignored: it may answer a connection ago.</summary>
    public void Acknowledged(PubAckPacket ack)
    {
        lock (_gate)
        {
            if (_sent.Remove(ack.PacketId, out var pending))
            {
                pending.Done.TrySetResult(ReasonText.ResultOf(ack.Reason));
                Pump();
            }
        }
    }

    /// <summary>The endpoint stops: what is unacknowledged has an unknown outcome, what was never sent is deferred.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _writer = null;
            foreach (var pending in _sent.Values)
            {
                pending.Done.TrySetException(new MqttConnectionException("the endpoint stopped before the broker acknowledged the message"));
            }

            foreach (var pending in _waiting)
            {
                pending.Done.TrySetResult(new SendResult.Deferred("the endpoint stopped"));
            }

            _sent.Clear();
            _waiting.Clear();
        }
    }

    /// <summary>An id for a SUBSCRIBE: publishes and subscriptions share the numbers.</summary>
    public ushort TakePacketId()
    {
        lock (_gate)
        {
            return NextId();
        }
    }

    /// <summary>What waits behind it on its topic must not overtake it: the host sends both again, in order.</summary>
    private void GiveUp(Pending pending)
    {
        lock (_gate)
        {
            // Without a connection nothing can overtake, and everything is given up anyway.
            if (!pending.Done.TrySetCanceled(CancellationToken.None) || _writer is null)
            {
                return;
            }

            foreach (var behind in _waiting.SkipWhile(waiting => waiting != pending).Skip(1).Where(waiting => waiting.Packet.Topic == pending.Packet.Topic))
            {
                behind.Done.TrySetResult(new SendResult.Deferred("an earlier message of its topic was not sent in time"));
            }
        }
    }

    private void Pump()
    {
        while (_writer is not null && _waiting.TryPeek(out var pending))
        {
            if (!pending.Done.Task.IsCompleted)
            {
                if (pending.Packet.QoS != QoS.AtMostOnce && _sent.Count >= InFlight)
                {
                    return;
                }

                Write(pending, _writer);
            }

            _waiting.Dequeue();
        }
    }

    private void Write(Pending pending, PacketWriter writer)
    {
        var packet = pending.Packet;
        if (packet.QoS > _grant.MaximumQoS)
        {
            packet = packet with { QoS = _grant.MaximumQoS };
        }

        if (packet.QoS != QoS.AtMostOnce)
        {
            packet = packet with { PacketId = packet.PacketId == 0 ? NextId() : packet.PacketId };
        }

        try
        {
            if (FaultOf(packet) is { } fault)
            {
                pending.Done.TrySetResult(fault);
                return;
            }

            if (packet.QoS == QoS.AtMostOnce)
            {
                _ = CompleteOnFlushAsync(pending, writer.EnqueueAndFlushAsync(packet));
                return;
            }

            pending.Packet = packet;
            pending.Number = ++_lastNumber;
            _sent.Add(packet.PacketId, pending);
            writer.Enqueue(packet);
        }
        catch (MqttEncodingException problem)
        {
            pending.Done.TrySetResult(new SendResult.Refused(problem.Message));
        }
    }

    private SendResult.Refused? FaultOf(PublishPacket packet) => packet switch
    {
        _ when PacketEncoder.Measure(packet, version) > _grant.MaximumPacketSize =>
            new("the message is larger than the broker accepts", "raise the broker's maximum packet size"),
        { Retain: true } when !_grant.RetainAvailable => new("the broker keeps no retained messages", "remove 'retain' from the destination"),
        _ => null,
    };

    private ushort NextId()
    {
        do
        {
            _lastId = _lastId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastId + 1);
        }
        while (_sent.ContainsKey(_lastId));

        return _lastId;
    }

    private static async Task CompleteOnFlushAsync(Pending pending, Task flushed)
    {
        try
        {
            await flushed;
            pending.Done.TrySetResult(new SendResult.Delivered());
        }
        catch (IOException)
        {
            pending.Done.TrySetException(new MqttConnectionException("the connection ended before the message was on its way"));
        }
    }

    private sealed class Pending(PublishPacket packet)
    {
        public PublishPacket Packet { get; set; } = packet;

        /// <summary>The order of sending.</summary>
        public long Number { get; set; }

        public TaskCompletionSource<SendResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Prepares for another connection: the same message to a broker that may have it, a new one to a broker that has forgotten us.</summary>
        public void Again(bool sessionPresent) => Packet = sessionPresent ? Packet with { Dup = true } : Packet with { PacketId = 0, Dup = false };
    }
}
