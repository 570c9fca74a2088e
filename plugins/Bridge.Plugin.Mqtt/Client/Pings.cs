using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>
/// The PINGREQs of one connection. A PINGRESP tells that the broker lives, and also that it has processed every acknowledgement sent before its
/// PINGREQ.
/// </summary>
internal sealed class Pings(PacketWriter writer)
{
    private readonly Lock _gate = new();
    private readonly Queue<long> _asked = new();
    private long _acknowledged;
    private long _processed;

    /// <summary>Of so many accepted publishes the broker is known to have the acknowledgement.</summary>
    public long Processed => Volatile.Read(ref _processed);

    public void Ask()
    {
        lock (_gate)
        {
            _asked.Enqueue(_acknowledged);
            writer.Enqueue(new PingReqPacket());
        }
    }

    /// <summary>So many were acknowledged; the acknowledgements are in the writer's queue.</summary>
    public void Acknowledged(long accepted, bool ask)
    {
        lock (_gate)
        {
            _acknowledged = accepted;
        }

        if (ask)
        {
            Ask();
        }
    }

    /// <summary>PINGRESP; one that answers nothing means nothing.</summary>
    public void Answered()
    {
        lock (_gate)
        {
            if (_asked.TryDequeue(out var acknowledged))
            {
                Volatile.Write(ref _processed, acknowledged);
            }
        }
    }
}
