using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

// QoS 2 messages that are there again: sent again by the host, or answered by the broker before they were.
internal sealed partial class PublishQueue
{
    /// <summary>A publish of an earlier process or connection that the broker answers (PUBREC) before it was sent again.</summary>
    private Pending? Recall(ushort packetId)
    {
        if (_wire is null || _exactlyOnce?.Sent(packetId) is not { } record)
        {
            return null;
        }

        var pending = _waiting.FirstOrDefault(waiting => waiting.Key == record.Key && !waiting.Done.Task.IsCompleted) ?? Pending.Of(record);
        _sent.Add(packetId, pending);
        return pending;
    }

    /// <summary>A QoS 2 message that the host sends again, while it is on its way or was received.</summary>
    private Pending? Find(PublishPacket packet, DeliveryKey key) =>
        _wire is null || packet.QoS != QoS.ExactlyOnce || _exactlyOnce?.Find(key) is not { } record ? null
        : _sent.TryGetValue(record.PacketId, out var pending) && pending.Key == key && pending.Stage != PendingStage.Released ? pending.Renewed()
        : record.Stage != SendStage.Sent ? Pending.ToRelease(record)
        : _waiting.FirstOrDefault(waiting => waiting.Key == key && waiting.Packet.PacketId == record.PacketId) is { } waiting ? WaitAgain(waiting)
        : Add(New(packet with { PacketId = record.PacketId, Dup = true }, key, PendingStage.Ready));

    /// <summary>With the record it has; last, for what waited behind it on its topic was given up with it and comes after it again.</summary>
    private Pending WaitAgain(Pending pending)
    {
        if (pending.Done.Task.IsCompleted)
        {
            _waiting = new Queue<Pending>([.. _waiting.Where(waiting => waiting != pending), pending.Renewed()]);
            Pump();
        }

        return pending;
    }
}
