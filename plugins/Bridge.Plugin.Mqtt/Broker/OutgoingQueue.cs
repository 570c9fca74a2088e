using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>One message of QoS 1 or 2 owed to one session.</summary>
/// <param name="number">Rises with every message the broker queues.</param>
/// <param name="packet">As it goes out, its packet id included: a repeat has the same. A PUBREL when the subscriber has the message already.</param>
/// <param name="expires">It is not sent after this.</param>
/// <param name="key">Of its row in the endpoint's state; null when the session is not kept.</param>
internal sealed class QueuedMessage(long number, MqttPacket packet, DateTimeOffset? expires, string? key)
{
    public long Number { get; } = number;

    public ushort PacketId { get; } = packet is PublishPacket publish ? publish.PacketId : ((PubRelPacket)packet).PacketId;

    /// <summary>What goes out next: the PUBLISH, or after its PUBREC the PUBREL.</summary>
    public MqttPacket Packet { get; private set; } = packet;

    public DateTimeOffset? Expires { get; } = expires;

    public string? Key { get; } = key;

    /// <summary>Who else may have it, should its session end; null for nobody.</summary>
    public ShareGroup? Group { get; init; }

    /// <summary>It may have reached the client.</summary>
    public bool Sent { get; set; }

    public int Size => Packet is PublishPacket publish ? OutgoingQueue.SizeOf(publish) : 0;

    /// <summary>The subscriber has it: from here on it is only told so.</summary>
    public PubRelPacket Release()
    {
        var release = new PubRelPacket { PacketId = PacketId };
        Packet = release;
        return release;
    }
}

/// <summary>
/// What one session is owed: first those in flight, then those that wait. A place is reserved when a message is published and filled when it is
/// stored, so that nothing is sent that a crash could forget.
/// </summary>
internal sealed class OutgoingQueue(ushort firstPacketId)
{
    /// <summary>
    /// They were sent before and not acknowledged, so they go again, first and in their order; none is given up, for its packet id is in use.
    /// </summary>
    private readonly Queue<QueuedMessage> _again = new();

    private readonly Queue<QueuedMessage> _waiting = new();
    private readonly Dictionary<ushort, QueuedMessage> _inFlight = [];
    private int _reserved;
    private long _reservedBytes;
    private long _waitingBytes;
    private ushort _nextId = firstPacketId;

    /// <summary>Waiting or about to; those in flight, or to be sent again, aside.</summary>
    public int Waiting => _waiting.Count + _reserved;

    /// <summary>There is room for what need not be sent at once.</summary>
    public bool IsHalfEmpty(EmbeddedLimits limits) =>
        Waiting <= (limits.Queue - 1) / 2 && WaitingBytes <= (limits.QueueBytes.Bytes - 1) / 2;

    public long WaitingBytes => _waitingBytes + _reservedBytes;

    public IEnumerable<QueuedMessage> All => _inFlight.Values.Concat(_again).Concat(_waiting);

    public static int SizeOf(PublishPacket packet) => packet.Topic.Length + packet.Payload.Bytes.Length + packet.Properties.Size;

    /// <summary>Keeps a place, and gives the packet id that goes with it.</summary>
    public ushort Reserve(int size)
    {
        _reserved++;
        _reservedBytes += size;
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
        _reservedBytes -= message.Size;
        _waitingBytes += message.Size;
        _waiting.Enqueue(message);
    }

    /// <summary>The number of the last message that was sent; 0 for none.</summary>
    public long LastSent { get; private set; }

    /// <summary>Puts back what was stored before the broker started; in order.</summary>
    /// <param name="message">As stored.</param>
    /// <param name="mayBeSent">An earlier run may have sent it.</param>
    public void Restore(QueuedMessage message, bool mayBeSent)
    {
        message.Sent = mayBeSent;
        if (mayBeSent)
        {
            LastSent = message.Number;
            _again.Enqueue(message);
        }
        else
        {
            _waitingBytes += message.Size;
            _waiting.Enqueue(message);
        }

        _nextId = unchecked((ushort)(message.PacketId + 1));
    }

    /// <summary>The next to be sent, now in flight; null when nothing waits or enough is in flight.</summary>
    public QueuedMessage? TakeNext(int maxInFlight)
    {
        var from = _again.Count > 0 ? _again : _waiting;
        if (_inFlight.Count >= maxInFlight || !from.TryPeek(out var next) || !_inFlight.TryAdd(next.PacketId, next))
        {
            return null;
        }

        _waitingBytes -= from == _waiting ? next.Size : 0;
        LastSent = Math.Max(LastSent, next.Number);
        return from.Dequeue();
    }

    public QueuedMessage? InFlight(ushort packetId) => _inFlight.GetValueOrDefault(packetId);

    /// <summary>It is owed no more.</summary>
    public void Settle(QueuedMessage message) => _inFlight.Remove(message.PacketId);

    /// <summary>Gives up the oldest that waits; null when none does.</summary>
    public QueuedMessage? DropOldest()
    {
        if (!_waiting.TryDequeue(out var oldest))
        {
            return null;
        }

        _waitingBytes -= oldest.Size;
        return oldest;
    }

    /// <summary>The connection is gone: what was in flight waits again, before all others and in its order.</summary>
    public void Rewind()
    {
        if (_inFlight.Count == 0)
        {
            return;
        }

        var again = _inFlight.Values.Concat(_again).OrderBy(message => message.Number).ToList();
        _inFlight.Clear();
        _again.Clear();
        again.ForEach(_again.Enqueue);
    }
}
