using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

// Messages that are of no use after some time: while they wait here, that time goes on.
internal sealed partial class PublishQueue
{
    private Pending New(PublishPacket packet, DeliveryKey key, PendingStage stage = PendingStage.New) =>
        new(packet, key, MessageExpiry.EndOf(packet.Properties, clock.GetUtcNow())) { Stage = stage };

    private void Send(Pending pending, PublishWire wire)
    {
        if (IsOver(pending))
        {
            Drop(pending);
        }
        else
        {
            Write(pending, wire);
        }
    }

    /// <summary>A QoS 2 publish that the broker may have is sent again even so: its exchange must come to an end (4.3.3-7).</summary>
    private bool IsOver(Pending pending) =>
        pending.Expires is { } end && end <= clock.GetUtcNow() && pending.Packet is not { QoS: QoS.ExactlyOnce, Dup: true };

    /// <summary>The host records that its time ran out, and counts it; or that this is uncertain, if an earlier connection carried it.</summary>
    private void Drop(Pending pending)
    {
        _exactlyOnce?.Forget(pending);
        pending.Done.TrySetResult(pending.Number == 0
            ? new SendResult.Deferred("the message expired before it could be sent")
            : new SendResult.Uncertain("the message expired before the broker acknowledged it"));
    }
}
