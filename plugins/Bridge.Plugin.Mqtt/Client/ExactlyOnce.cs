using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>
/// What QoS 2 adds to the <see cref="PublishQueue"/>: a publish leaves when its packet id is stored, PUBREL when it is stored that PUBREC came. So
/// the same process or the next goes on where this one stopped, with the same packet id. Called with the queue's lock held.
/// </summary>
internal sealed class ExactlyOnce(Lock gate, SendRecords records, StateJournal journal)
{
    private bool _isOver;

    public SendRecord? Find(DeliveryKey key) => records.Find(key);

    /// <summary>The publish under this packet id that the broker has not answered.</summary>
    public SendRecord? Sent(ushort packetId) => records.Find(packetId) is { Stage: SendStage.Sent } record ? record : null;

    public bool IsInUse(ushort packetId) => records.IsInUse(packetId);

    /// <summary>
    /// Makes the waiting publishes those of this connection. Returns what the broker has and is to be told again to release; a broker that has
    /// forgotten the session needs no telling.
    /// </summary>
    public List<Pending> Resume(IEnumerable<Pending> waiting, bool sessionPresent)
    {
        var known = new HashSet<DeliveryKey>();
        foreach (var pending in waiting.Where(pending => pending.Packet.QoS == Protocol.QoS.ExactlyOnce))
        {
            var record = records.Find(pending.Key);
            known.Add(pending.Key);
            if (record is { Stage: not SendStage.Sent })
            {
                pending.Done.TrySetResult(new SendResult.Delivered());
            }

            pending.Packet = pending.Packet with { PacketId = record?.PacketId ?? 0, Dup = record is not null && sessionPresent };
            pending.Stage = record is null ? PendingStage.New : PendingStage.Ready;
        }

        var received = records.Open(SendStage.Received);
        if (sessionPresent)
        {
            return received.ConvertAll(Pending.ToRelease);
        }

        received.ForEach(record => journal.Submit(records.MoveTo(record, SendStage.Complete)));
        records.Open(SendStage.Sent).FindAll(record => !known.Contains(record.Key)).ForEach(record => journal.Submit(records.Remove(record)));
        return [];
    }

    /// <summary>Another connection begins: what is still being stored has no consequences here any more.</summary>
    public void End() => _isOver = true;

    public void Store(Pending pending, Action then)
    {
        pending.Stage = PendingStage.Storing;
        journal.Submit(records.Add(pending.Key, pending.Packet.PacketId), () => Enter(pending, PendingStage.Storing, PendingStage.Ready, then));
    }

    public void Receive(Pending pending, Action release)
    {
        pending.Stage = PendingStage.Receiving;
        if (records.Find(pending.Key) is { } record)
        {
            journal.Submit(records.MoveTo(record, SendStage.Received), () => Enter(pending, PendingStage.Receiving, PendingStage.Released, () =>
            {
                release();
                pending.Done.TrySetResult(new SendResult.Delivered());
            }));
        }
    }

    public void Complete(Pending pending)
    {
        if (records.Find(pending.Key) is { } record)
        {
            journal.Submit(records.MoveTo(record, SendStage.Complete));
        }
    }

    /// <summary>It did not leave, or the broker refused it.</summary>
    public void Forget(Pending pending)
    {
        if (records.Find(pending.Key) is { Stage: SendStage.Sent } record && record.PacketId == pending.Packet.PacketId)
        {
            journal.Submit(records.Remove(record));
        }
    }

    private void Enter(Pending pending, PendingStage from, PendingStage to, Action then)
    {
        lock (gate)
        {
            if (!_isOver && pending.Stage == from)
            {
                pending.Stage = to;
                then();
            }
        }
    }
}
