using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>One message of QoS 1 owed to one session.</summary>
/// <param name="number">Rises with every message the broker queues.</param>
/// <param name="packet">As it goes out, its packet id included: a repeat has the same.</param>
/// <param name="expires">It is not sent after this.</param>
/// <param name="key">Of its row in the endpoint's state; null when the session is not kept.</param>
internal sealed class QueuedMessage(long number, PublishPacket packet, DateTimeOffset? expires, string? key)
{
    public long Number { get; } = number;

    public PublishPacket Packet { get; } = packet;

    public DateTimeOffset? Expires { get; } = expires;

    public string? Key { get; } = key;

    /// <summary>It may have reached the client.</summary>
    public bool Sent { get; set; }
}

/// <summary>
/// What one session is owed: first those in flight, then those that wait. A place is reserved when a message is published and filled when it is stored,
/// so that nothing is sent that a crash could forget.
/// </summary>
internal sealed class OutgoingQueue(ushort firstPacketId)
{
    private readonly Queue<QueuedMessage> _waiting = new();
    private readonly Dictionary<ushort, QueuedMessage> _inFlight = [];
    private int _reserved;
    private ushort _nextId = firstPacketId;

    /// <summary>Waiting or about to; those in flight aside.</summary>
    public int Waiting => _waiting.Count + _reserved;

    public IEnumerable<QueuedMessage> All => _inFlight.Values.Concat(_waiting);

    /// <summary>Keeps a place, and gives the packet id that goes with it.</summary>
    public ushort Reserve()
    {
        _reserved++;
        while (_nextId == 0 || _inFlight.ContainsKey(_nextId))
        {
            _nextId++;
        }

        return _nextId++;
    }

    /// <summary>Fills the oldest reserved place.</summary>
    public void Fill(QueuedMessage message)
    {
        _reserved--;
        _waiting.Enqueue(message);
    }

    /// <summary>Puts back what was stored before the broker started; in order.</summary>
    public void Restore(QueuedMessage message)
    {
        message.Sent = true;
        _waiting.Enqueue(message);
        _nextId = unchecked((ushort)(message.Packet.PacketId + 1));
    }

    /// <summary>The next to be sent, now in flight; null when nothing waits or enough is in flight.</summary>
    public QueuedMessage? TakeNext(int maxInFlight)
    {
        if (_inFlight.Count >= maxInFlight || !_waiting.TryPeek(out var next) || !_inFlight.TryAdd(next.Packet.PacketId, next))
        {
            return null;
        }

        return _waiting.Dequeue();
    }

    public QueuedMessage? Acknowledge(ushort packetId) => _inFlight.Remove(packetId, out var message) ? message : null;

    /// <summary>Gives up the oldest that waits; null when none does.</summary>
    public QueuedMessage? DropOldest() => _waiting.TryDequeue(out var oldest) ? oldest : null;

    /// <summary>The connection is gone: what was in flight waits again, before all others and in its order.</summary>
    public void Rewind()
    {
        if (_inFlight.Count == 0)
        {
            return;
        }

        var again = _inFlight.Values.OrderBy(message => message.Number).Concat(_waiting).ToList();
        _inFlight.Clear();
        _waiting.Clear();
        again.ForEach(_waiting.Enqueue);
    }
}
