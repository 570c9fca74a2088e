using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>One publish of ours in the <see cref="PublishQueue"/>.</summary>
internal sealed class Pending(PublishPacket packet, DeliveryKey key, DateTimeOffset? expires = null)
{
    /// <summary>As it was handed over, and under its packet id; what goes out may say less of its life.</summary>
    public PublishPacket Packet { get; set; } = packet;

    /// <summary>The message is of no use after this.</summary>
    public DateTimeOffset? Expires => expires;

    public DeliveryKey Key => key;

    /// <summary>The order of sending.</summary>
    public long Number { get; set; }

    /// <summary>QoS 2: how far it got on this connection.</summary>
    public PendingStage Stage { get; set; }

    public TaskCompletionSource<SendResult> Done { get; private set; } = NewSource();

    /// <summary>Of an earlier process: the broker has it, PUBREL is to be sent again.</summary>
    public static Pending ToRelease(SendRecord record)
    {
        var pending = Of(record);
        pending.Stage = PendingStage.Released;
        pending.Done.SetResult(new SendResult.Delivered());
        return pending;
    }

    /// <summary>Of an earlier process: it was sent, what it says is not known here.</summary>
    public static Pending Of(SendRecord record) =>
        new(new PublishPacket { Topic = "", QoS = QoS.ExactlyOnce, PacketId = record.PacketId, Dup = true }, record.Key) { Stage = PendingStage.Ready };

    /// <summary>The host sends it once more while it is still on its way.</summary>
    public Pending Renewed()
    {
        Done = Done.Task.IsCompleted ? NewSource() : Done;
        return this;
    }

    /// <summary>
    /// Prepares for another connection: the same message to a broker that may have it, a new one to a broker that has forgotten us.
    /// </summary>
    public void Again(bool sessionPresent) => Packet = sessionPresent ? Packet with { Dup = true } : Packet with { PacketId = 0, Dup = false };

    /// <summary>QoS 0: on its way is all that can be known.</summary>
    public async Task CompleteOnFlushAsync(Task flushed)
    {
        try
        {
            await flushed;
            Done.TrySetResult(new SendResult.Delivered());
        }
        catch (IOException)
        {
            Done.TrySetException(new MqttConnectionException("the connection ended before the message was on its way"));
        }
    }

    private static TaskCompletionSource<SendResult> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Of a QoS 2 publish.</summary>
internal enum PendingStage
{
    /// <summary>Its packet id is not stored: it must not leave.</summary>
    New,

    /// <summary>Its packet id is being stored.</summary>
    Storing,

    /// <summary>It may leave, or has left.</summary>
    Ready,

    /// <summary>PUBREC came, and is being stored: PUBREL must not leave.</summary>
    Receiving,

    /// <summary>PUBREL has left.</summary>
    Released,
}
