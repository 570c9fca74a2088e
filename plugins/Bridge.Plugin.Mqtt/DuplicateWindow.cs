using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt;

/// <summary>
/// Recognises a QoS 1 PUBLISH that the peer repeats because our PUBACK was lost, after we stored it: DUP is set, and packet id and content are those
/// of one of the last publishes accepted in this session. It answers only after the peer has shown that it numbers its packets in sequence; why it
/// can then never take a new message for an old one is in docs/decisions/0201. Each batch writes one row, in the transaction of its events. Not
/// thread-safe.
/// </summary>
internal sealed class DuplicateWindow : IDisposable
{
    private const int IdSize = 16;
    private const int EventAt = sizeof(ushort) + sizeof(ulong);
    private const int EntrySize = EventAt + IdSize;
    private const int ShownAt = sizeof(long) + sizeof(int);
    private const int SeenAt = ShownAt + sizeof(bool);
    private const int HeadSize = SeenAt + sizeof(int);
    private const int Ids = ushort.MaxValue;

    private readonly string _prefix;
    private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<ushort, Entry> _entries = [];
    private readonly Queue<Row> _rows = new();
    private readonly Stack<int> _freeSlots = new();
    private readonly List<Seen> _batch = [];
    private readonly TimeProvider _clock;
    private int _capacity;
    private int _proof;
    private int _seen;
    private int _slots;
    private int _held;
    private long _rowNumber;
    private int _run;
    private bool _goesOn;
    private ushort _lastId;

    /// <param name="prefix">Of the keys of its rows in the endpoint's state.</param>
    /// <param name="capacity">How many publishes the peer may have unacknowledged; so many are remembered.</param>
    /// <param name="proof">
    /// So many consecutive packet ids in a row show that the peer numbers in sequence: more than it could have unacknowledged.
    /// </param>
    public DuplicateWindow(string prefix, int capacity, int proof, TimeProvider clock)
    {
        _prefix = prefix;
        _capacity = capacity;
        _proof = proof;
        _clock = clock;
    }

    /// <summary>
    /// Of the publish that <see cref="IsRepeat"/> took for new: the id to hand it over under. A publish that may or may not be a repeat, because the
    /// peer has not shown how it numbers, has the id of the one that it may repeat.
    /// </summary>
    public EventId Event { get; private set; }

    /// <summary>How many publishes of this connection were accepted.</summary>
    public long Accepted { get; private set; }

    /// <summary>The peer has shown that it numbers in sequence.</summary>
    public bool IsShown => _goesOn || _run > _proof;

    /// <summary>What was accepted on this connection has not followed one upon the other.</summary>
    public bool HasBroken => Accepted > _run;

    /// <summary>Becomes what was committed; a connection begins.</summary>
    public async ValueTask LoadAsync(IEndpointState state, CancellationToken cancellationToken)
    {
        Forget();
        var rows = new List<(long Number, int Slot, byte[] Value)>();
        await foreach (var (key, value) in state.ListAsync(_prefix, cancellationToken))
        {
            if (int.TryParse(key.AsSpan(_prefix.Length), out var slot) && value.Length >= SeenAt)
            {
                rows.Add((BinaryPrimitives.ReadInt64BigEndian(value.Span), slot, value.ToArray()));
                _slots = Math.Max(_slots, slot + 1);
            }
        }

        rows.Sort((one, other) => one.Number.CompareTo(other.Number));
        if (rows.Count > 0)
        {
            // What the peer had unacknowledged when we ended, it still has: a window of the agreed length might be too short for it.
            Saw(SeenIn(rows[^1].Value));
        }

        foreach (var (number, slot, value) in rows)
        {
            _rowNumber = number;
            for (var at = HeadOf(value); at + EntrySize <= value.Length; at += EntrySize)
            {
                _lastId = BinaryPrimitives.ReadUInt16BigEndian(value.AsSpan(at));
                var hash = BinaryPrimitives.ReadUInt64BigEndian(value.AsSpan(at + sizeof(ushort)));
                _batch.Add(new Seen(_lastId, hash, new EventId(new Guid(value.AsSpan(at + EventAt, IdSize), bigEndian: true))));
            }

            _run = BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(sizeof(long)));
            _goesOn = value[ShownAt] != 0;
            Keep(slot);
        }
    }

    /// <summary>Another connection of the same session begins: first comes what the peer has unacknowledged, then what it has not sent yet.</summary>
    public void Resume() => Accepted = 0;

    /// <summary>
    /// False: new, to be accepted, and remembered with the next <see cref="TakeRow"/>. True: already accepted; to be acknowledged after all before
    /// it.
    /// </summary>
    /// <param name="publish">Of QoS 1.</param>
    /// <param name="processed">Of so many of <see cref="Accepted"/> the peer was known to have our acknowledgement when this one came.</param>
    public bool IsRepeat(PublishPacket publish, long processed = 0)
    {
        var id = publish.PacketId;
        var hash = HashOf(publish);
        var known = _entries.TryGetValue(id, out var entry) && entry.Hash == hash && publish.Dup;
        if (known && Tells(id))
        {
            return true;
        }

        var follows = id == (_lastId % Ids) + 1;
        Accepted++;
        _run = follows ? Math.Min(_run + 1, int.MaxValue - 1) : 1;
        // The run's first id was free again, and the peer went on all the same. It is free also when the run is older than this connection: what is
        // unacknowledged comes first.
        _goesOn = follows && (_goesOn || (!publish.Dup && processed > Accepted - _run));
        _lastId = id;
        Event = known ? entry.Event : EventId.New(_clock);
        _entries[id] = new Entry(hash, Event, _rowNumber + 1);
        _batch.Add(new Seen(id, hash, Event));
        return false;
    }

    /// <summary>
    /// The peer has so many unacknowledged, perhaps more than agreed: window and proof must be longer than that. Called before <see cref="TakeRow"/>.
    /// </summary>
    public void Saw(int unacknowledged)
    {
        _seen = Math.Max(_seen, unacknowledged);
        _capacity = Math.Max(_capacity, unacknowledged);
        _proof = Math.Max(_proof, unacknowledged);
    }

    /// <summary>
    /// The state change that remembers what was new since the last call; null when nothing was. It belongs into the batch of those events.
    /// </summary>
    public StateChange? TakeRow()
    {
        if (_batch.Count == 0)
        {
            return null;
        }

        var value = new byte[HeadSize + (_batch.Count * EntrySize)];
        BinaryPrimitives.WriteInt64BigEndian(value, ++_rowNumber);
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(sizeof(long)), _run);
        value[ShownAt] = _goesOn ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(SeenAt), _seen);
        var rest = value.AsSpan(HeadSize);
        foreach (var (id, hash, eventId) in _batch)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, id);
            BinaryPrimitives.WriteUInt64BigEndian(rest[sizeof(ushort)..], hash);
            eventId.Value.TryWriteBytes(rest[EventAt..], bigEndian: true, out _);
            rest = rest[EntrySize..];
        }

        var slot = _freeSlots.TryPop(out var free) ? free : _slots++;
        Keep(slot);
        return new StateChange(KeyOf(slot), value);
    }

    /// <summary>Forgets all: the peer has begun a new session. The changes remove what was stored.</summary>
    public IReadOnlyList<StateChange> Clear()
    {
        var changes = Enumerable.Range(0, _slots).Select(slot => new StateChange(KeyOf(slot), Value: null)).ToList();
        Forget();
        return changes;
    }

    /// <inheritdoc/>
    public void Dispose() => _sha.Dispose();

    private void Forget()
    {
        _entries.Clear();
        _rows.Clear();
        _freeSlots.Clear();
        _batch.Clear();
        (_slots, _held, _rowNumber, _run, _goesOn, _lastId, Accepted) = (0, 0, 0, 0, false, 0, 0);
    }

    /// <summary>
    /// Of the run, and not its first: a peer that uses ids again in their order would have taken the first, free since before this one was, ahead of
    /// this one; and that, accepted, would have ended the run.
    /// </summary>
    private bool Tells(ushort id) => IsShown && (_lastId - id + Ids) % Ids < _run - 1;

    // The first rows had no such number; whole entries follow, so the length tells.
    private static int HeadOf(byte[] row) => (row.Length - HeadSize) % EntrySize == 0 ? HeadSize : SeenAt;

    private static int SeenIn(byte[] row) => HeadOf(row) == HeadSize ? BinaryPrimitives.ReadInt32BigEndian(row.AsSpan(SeenAt)) : 0;

    private string KeyOf(int slot) => $"{_prefix}{slot}";

    /// <summary>Makes a row of the batch, and frees the rows that the last publishes no longer reach.</summary>
    private void Keep(int slot)
    {
        _rows.Enqueue(new Row(_rowNumber, slot, [.. _batch.Select(seen => seen.Id)]));
        _held += _batch.Count;
        foreach (var (id, hash, eventId) in _batch)
        {
            _entries[id] = new Entry(hash, eventId, _rowNumber);
        }

        _batch.Clear();
        while (_held - _rows.Peek().Ids.Length >= _capacity)
        {
            var oldest = _rows.Dequeue();
            _held -= oldest.Ids.Length;
            _freeSlots.Push(oldest.Slot);
            foreach (var id in oldest.Ids)
            {
                // A later row may have the same id again.
                if (_entries.TryGetValue(id, out var entry) && entry.Row == oldest.Number)
                {
                    _entries.Remove(id);
                }
            }
        }
    }

    private ulong HashOf(PublishPacket publish)
    {
        _sha.AppendData(Encoding.UTF8.GetBytes(publish.Topic));
        _sha.AppendData([0]);
        _sha.AppendData(publish.Payload.Bytes.Span);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _sha.GetHashAndReset(hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    private readonly record struct Entry(ulong Hash, EventId Event, long Row);

    private readonly record struct Seen(ushort Id, ulong Hash, EventId Event);

    private sealed record Row(long Number, int Slot, ushort[] Ids);
}
