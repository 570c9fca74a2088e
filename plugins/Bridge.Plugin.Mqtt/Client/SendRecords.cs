using System.Buffers.Binary;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>How far a QoS 2 publish of ours got.</summary>
internal enum SendStage : byte
{
    /// <summary>It may have left; the broker may have it, and tells a repeat by its packet id.</summary>
    Sent = 1,

    /// <summary>The broker has it (PUBREC). PUBREL may have left.</summary>
    Received = 2,

    /// <summary>
    /// PUBCOMP came: the packet id is free. The key is kept, for a host that dies before it records the delivery and sends it again.
    /// </summary>
    Complete = 3,
}

/// <summary>What is stored of one QoS 2 publish.</summary>
internal sealed record SendRecord(DeliveryKey Key, ushort PacketId, int Slot, long Number, SendStage Stage);

/// <summary>
/// The stored side of QoS 2 publishes: which delivery went out under which packet id, and how far it got. Rows live in slots that are used again, and
/// changes are stored in the order of the calls, so an id is never given to a second message before it is stored that the first is done with it. Not
/// thread-safe.
/// </summary>
internal sealed class SendRecords
{
    private const string Prefix = "sent/";
    private const int HeadSize = sizeof(byte) + sizeof(ushort) + sizeof(long);

    /// <summary>Many times what the host has in flight.</summary>
    private const int KeptComplete = 4096;

    private readonly Dictionary<DeliveryKey, SendRecord> _byKey = [];
    private readonly Dictionary<ushort, SendRecord> _byId = [];
    private readonly Queue<DeliveryKey> _complete = new();
    private readonly Stack<int> _freeSlots = new();
    private int _slots;
    private long _lastNumber;

    public SendRecord? Find(DeliveryKey key) => _byKey.GetValueOrDefault(key);

    /// <summary>Those whose packet id is in use, in order.</summary>
    public List<SendRecord> Open(SendStage stage) => [.. _byId.Values.Where(record => record.Stage == stage).OrderBy(record => record.Number)];

    /// <summary>The one that uses this packet id.</summary>
    public SendRecord? Find(ushort packetId) => _byId.GetValueOrDefault(packetId);

    public bool IsInUse(ushort packetId) => _byId.ContainsKey(packetId);

    /// <summary>Becomes what was committed.</summary>
    public async ValueTask LoadAsync(IEndpointState state, CancellationToken cancellationToken)
    {
        _byKey.Clear();
        _byId.Clear();
        _complete.Clear();
        _freeSlots.Clear();
        (_slots, _lastNumber) = (0, 0);
        var records = new List<SendRecord>();
        await foreach (var (key, value) in state.ListAsync(Prefix, cancellationToken))
        {
            if (Decode(key, value.Span) is { } record)
            {
                records.Add(record);
                _slots = Math.Max(_slots, record.Slot + 1);
            }
        }

        foreach (var record in records.OrderBy(record => record.Number))
        {
            Put(record);
            _lastNumber = record.Number;
        }

        foreach (var free in Enumerable.Range(0, _slots).Except(records.Select(record => record.Slot)))
        {
            _freeSlots.Push(free);
        }
    }

    /// <summary>Remembers a publish before its first byte leaves.</summary>
    public StateChange Add(DeliveryKey key, ushort packetId)
    {
        var slot = _freeSlots.TryPop(out var free) ? free : _slots++;
        return Put(new SendRecord(key, packetId, slot, ++_lastNumber, SendStage.Sent));
    }

    public StateChange MoveTo(SendRecord record, SendStage stage) => Put(record with { Stage = stage });

    /// <summary>The broker refused it, or no exactly-once delivery is to be had: nothing to remember.</summary>
    public StateChange Remove(SendRecord record)
    {
        _byKey.Remove(record.Key);
        _byId.Remove(record.PacketId);
        _freeSlots.Push(record.Slot);
        return new StateChange(KeyOf(record.Slot), Value: null);
    }

    private StateChange Put(SendRecord record)
    {
        _byKey[record.Key] = record;
        if (record.Stage != SendStage.Complete)
        {
            _byId[record.PacketId] = record;
        }
        else
        {
            _byId.Remove(record.PacketId);
            _complete.Enqueue(record.Key);
        }

        while (_complete.Count > KeptComplete)
        {
            if (_byKey.Remove(_complete.Dequeue(), out var oldest))
            {
                _freeSlots.Push(oldest.Slot);
            }
        }

        return new StateChange(KeyOf(record.Slot), Encode(record));
    }

    private static string KeyOf(int slot) => $"{Prefix}{slot}";

    private static byte[] Encode(SendRecord record)
    {
        var value = new byte[HeadSize + Encoding.UTF8.GetByteCount(record.Key.Value)];
        value[0] = (byte)record.Stage;
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(sizeof(byte)), record.PacketId);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(sizeof(byte) + sizeof(ushort)), record.Number);
        Encoding.UTF8.GetBytes(record.Key.Value, value.AsSpan(HeadSize));
        return value;
    }

    private static SendRecord? Decode(string key, ReadOnlySpan<byte> value) =>
        int.TryParse(key.AsSpan(Prefix.Length), out var slot) && value.Length > HeadSize && value[0] is >= 1 and <= 3
            ? new SendRecord(
                new DeliveryKey(Encoding.UTF8.GetString(value[HeadSize..])),
                BinaryPrimitives.ReadUInt16BigEndian(value[sizeof(byte)..]),
                slot,
                BinaryPrimitives.ReadInt64BigEndian(value[(sizeof(byte) + sizeof(ushort))..]),
                (SendStage)value[0])
            : null;
}
