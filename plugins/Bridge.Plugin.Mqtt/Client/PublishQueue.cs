using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>
/// Our publishes, in the order of <see cref="SendAsync"/>: waiting, or sent and not acknowledged. It outlives connections: what was unacknowledged
/// when one ended is sent again, first, in the same order; with DUP and the same packet id when the broker kept the session. Thread-safe.
/// </summary>
internal sealed partial class PublishQueue(ProtocolVersion version, TimeProvider clock)
{
    /// <summary>Bounds memory and what a crash repeats, when the broker would take more.</summary>
    public const int MaxInFlight = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, Pending> _sent = [];
    private Queue<Pending> _waiting = new();
    private PublishWire? _wire;
    private Grant _grant = new();
    private ExactlyOnce? _exactlyOnce;
    private readonly PacketIds _ids = new();
    private long _lastNumber;

    /// <summary>How many publishes may be unacknowledged, as of the last connection.</summary>
    public int InFlight => Math.Min(_grant.ReceiveMaximum, MaxInFlight);

    /// <summary>
    /// Completes with the broker's word (QoS 1 and 2) or the flush (QoS 0). Faults when the outcome is unknown: the queue was abandoned, or a QoS 0
    /// message was on its way when the connection ended. Cancelled, the message is not sent any more unless it was; then nor are those that wait
    /// behind it on its topic.
    /// </summary>
    public async Task<SendResult> SendAsync(PublishPacket packet, DeliveryKey key, CancellationToken cancellationToken)
    {
        Pending pending;
        Task<SendResult> done;
        lock (_gate)
        {
            pending = Find(packet, key) ?? Add(New(packet, key));
            done = pending.Done.Task;
        }

        await using var cancelling = cancellationToken.UnsafeRegister(
            static state =>
            {
                var (queue, cancelled) = ((PublishQueue, Pending))state!;
                queue.GiveUp(cancelled);
            },
            (this, pending));
        return await done;
    }

    /// <summary>A connection begins: packet ids that are stored are not to be used.</summary>
    public void Prepare(SendRecords records, StateJournal journal)
    {
        lock (_gate)
        {
            _exactlyOnce?.End();
            _exactlyOnce = new ExactlyOnce(_gate, records, journal);
        }
    }

    /// <summary>The connection carries publishes from now on; those that an earlier one left unacknowledged go first.</summary>
    public void Connected(PacketWriter writer, Grant grant)
    {
        lock (_gate)
        {
            var again = _sent.Values.Where(pending => !pending.Done.Task.IsCompleted).OrderBy(pending => pending.Number).ToList();
            again.ForEach(pending => pending.Again(grant.SessionPresent));
            _sent.Clear();
            _waiting = new Queue<Pending>([.. again, .. _waiting.Where(pending => !pending.Done.Task.IsCompleted)]);
            (_wire, _grant) = (new PublishWire(writer, grant, version), grant);
            foreach (var pending in _exactlyOnce?.Resume(_waiting, grant.SessionPresent) ?? [])
            {
                _sent.Add(pending.Packet.PacketId, pending);
                _wire.Release(pending.Packet.PacketId);
            }

            Pump();
        }
    }

    /// <summary>Nothing is written until the next <see cref="Connected"/>.</summary>
    public void Disconnected()
    {
        lock (_gate)
        {
            _wire = null;
        }
    }

    /// <summary>PUBACK. One for an unknown id is ignored: it may answer a connection ago.</summary>
    public void Acknowledged(PubAckPacket ack)
    {
        lock (_gate)
        {
            if (_sent.TryGetValue(ack.PacketId, out var pending) && pending.Packet.QoS == QoS.AtLeastOnce)
            {
                Settle(pending, ReasonText.ResultOf(ack.Reason));
            }
        }
    }

    /// <summary>PUBREC: the broker has the message. That is stored before PUBREL lets it forget the packet id.</summary>
    public void Received(PubRecPacket ack)
    {
        lock (_gate)
        {
            var pending = _sent.GetValueOrDefault(ack.PacketId) ?? Recall(ack.PacketId);
            if (pending is null || pending.Packet.QoS != QoS.ExactlyOnce || pending.Stage == PendingStage.Released)
            {
                _wire?.Release(ack.PacketId, pending is null ? ReasonCode.PacketIdentifierNotFound : ReasonCode.Success);
            }
            else if (ack.Reason.IsFailure())
            {
                _exactlyOnce?.Forget(pending);
                Settle(pending, ReasonText.ResultOf(ack.Reason));
            }
            else if (pending.Stage == PendingStage.Ready)
            {
                var wire = _wire;
                _exactlyOnce?.Receive(pending, () => wire?.Release(pending.Packet.PacketId));
            }
        }
    }

    /// <summary>PUBCOMP: the packet id is free.</summary>
    public void Completed(PubCompPacket ack)
    {
        lock (_gate)
        {
            if (_sent.TryGetValue(ack.PacketId, out var pending) && pending.Stage == PendingStage.Released)
            {
                _exactlyOnce?.Complete(pending);
                Settle(pending, new SendResult.Delivered());
            }
        }
    }

    /// <summary>The endpoint stops: what is unacknowledged has an unknown outcome, what was never sent is deferred.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _wire = null;
            _sent.Values.ToList().ForEach(
                static sent => sent.Done.TrySetException(new MqttConnectionException("the endpoint stopped before the broker acknowledged the message")));
            _waiting.ToList().ForEach(static waiting => waiting.Done.TrySetResult(new SendResult.Deferred("the endpoint stopped")));

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

    private Pending Add(Pending pending)
    {
        _waiting.Enqueue(pending);
        if (_wire is not null && NeedsRecord(pending) && pending.Stage == PendingStage.New && _waiting.Count <= MaxInFlight)
        {
            Store(pending);
        }

        Pump();
        return pending;
    }

    /// <summary>What waits behind it on its topic must not overtake it: the host sends both again, in order.</summary>
    private void GiveUp(Pending pending)
    {
        lock (_gate)
        {
            // Without a connection nothing can overtake, and everything is given up anyway.
            if (!pending.Done.TrySetCanceled(CancellationToken.None) || _wire is null)
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
        while (_wire is not null && _waiting.TryPeek(out var pending))
        {
            if (!pending.Done.Task.IsCompleted && pending.Stage <= PendingStage.Ready)
            {
                if (pending.Packet.QoS != QoS.AtMostOnce && _sent.Count >= InFlight)
                {
                    return;
                }

                if (NeedsRecord(pending) && pending.Stage < PendingStage.Ready)
                {
                    Store(pending);
                    return;
                }

                Send(pending, _wire);
            }
            else if (pending is { Number: 0, Packet: { QoS: QoS.ExactlyOnce, Dup: false } })
            {
                // Given up before it left.
                _exactlyOnce?.Forget(pending);
            }

            _waiting.Dequeue();
        }
    }

    private bool NeedsRecord(Pending pending) =>
        pending.Packet.QoS == QoS.ExactlyOnce && _grant.MaximumQoS == QoS.ExactlyOnce && _exactlyOnce is not null;

    private void Store(Pending pending)
    {
        if (pending.Stage == PendingStage.New)
        {
            pending.Packet = pending.Packet with { PacketId = NextId() };
            _exactlyOnce!.Store(pending, Pump);
        }
    }

    /// <summary>Writes it, with what is left of its message's life.</summary>
    private void Write(Pending pending, PublishWire wire)
    {
        var packet = pending.Packet;
        if (packet.QoS > _grant.MaximumQoS)
        {
            _exactlyOnce?.Forget(pending);
            packet = packet with { QoS = _grant.MaximumQoS };
        }

        if (packet is { QoS: not QoS.AtMostOnce, PacketId: 0 })
        {
            packet = packet with { PacketId = NextId() };
        }

        var copy = MessageExpiry.Lowered(packet, pending.Expires, clock.GetUtcNow());
        try
        {
            if (packet.QoS == QoS.AtMostOnce)
            {
                _ = pending.CompleteOnFlushAsync(wire.WriteAndFlushAsync(copy));
            }
            else
            {
                wire.Write(copy);
                pending.Packet = packet;
                pending.Number = ++_lastNumber;
                _sent.Add(packet.PacketId, pending);
            }
        }
        catch (MqttEncodingException problem)
        {
            _exactlyOnce?.Forget(pending);
            pending.Done.TrySetResult(new SendResult.Refused(problem.Message, problem.Cure));
        }
    }

    private void Settle(Pending pending, SendResult result)
    {
        _sent.Remove(pending.Packet.PacketId);
        pending.Done.TrySetResult(result);
        Pump();
    }

    private ushort NextId() => _ids.Next(_sent, _exactlyOnce);
}
