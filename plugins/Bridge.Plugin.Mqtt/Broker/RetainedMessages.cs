using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>The last retained message of each topic. Bounded: what no longer fits is passed on but not kept, and counted.</summary>
internal sealed class RetainedMessages(IDropCounter drops, int maxCount = 100_000, long maxBytes = 256_000_000)
{
    /// <summary>So many places may lie empty before they are given back.</summary>
    private const int FewGone = 1000;

    private readonly Dictionary<string, Kept> _byTopic = new(StringComparer.Ordinal);

    /// <summary>By their numbers. Those that were replaced or cleared are among them until they are many.</summary>
    private readonly List<Kept> _inOrder = [];

    private long _bytes;

    public int Count => _byTopic.Count;

    /// <summary>Of the newest: each message that is kept gets the next number.</summary>
    public long LastNumber { get; private set; }

    /// <summary>Keeps it, or clears its topic when its payload is empty.</summary>
    public void Set(ApplicationMessage message, Batch batch)
    {
        if (!message.Payload.Bytes.IsEmpty && TryKeep(message))
        {
            var row = message.ToPacket(message.QoS, retain: true) with { PacketId = (ushort)message.QoS };
            batch.Changes.Add(new StateChange(StoredRecord.RetainedKey(message.Topic), StoredRecord.Write(message.Expires, row)));
        }
        else if (Remove(message.Topic))
        {
            // Also when the new one does not fit: none is better than a stale one.
            batch.Changes.Add(new StateChange(StoredRecord.RetainedKey(message.Topic), Value: null));
        }
    }

    public void Restore(DateTimeOffset? expires, PublishPacket packet) =>
        TryKeep(ApplicationMessage.From(packet, publisher: null, now: default) with { Expires = expires });

    /// <summary>
    /// The next message that a replay owes, and moves it on. Null at its end, or when <paramref name="looks"/> were not enough to find one.
    /// </summary>
    public ApplicationMessage? Next(Replay replay, ref int looks, DateTimeOffset now)
    {
        if (replay.IsOver)
        {
            return null;
        }

        if (!replay.Filter.AsSpan().ContainsAny('+', '#'))
        {
            looks--;
            replay.Position = replay.Until;
            return _byTopic.TryGetValue(replay.Filter, out var exact) && exact.Number <= replay.Until && exact.IsAlive(now) ? exact.Message : null;
        }

        for (var at = IndexAfter(replay.Position); looks > 0; at++)
        {
            looks--;
            if (at == _inOrder.Count || _inOrder[at].Number > replay.Until)
            {
                replay.Position = replay.Until;
                return null;
            }

            var kept = _inOrder[at];
            replay.Position = kept.Number;
            if (kept.IsAlive(now) && Topic.Matches(replay.Filter, kept.Message!.Topic))
            {
                return kept.Message;
            }
        }

        return null;
    }

    /// <summary>Forgets what has expired.</summary>
    public void Expire(DateTimeOffset now, Batch batch)
    {
        foreach (var topic in _byTopic.Where(entry => !entry.Value.IsAlive(now)).Select(entry => entry.Key).ToList())
        {
            Remove(topic);
            batch.Changes.Add(new StateChange(StoredRecord.RetainedKey(topic), Value: null));
        }
    }

    private bool TryKeep(ApplicationMessage message)
    {
        var before = _byTopic.TryGetValue(message.Topic, out var old) ? old.Size : 0;
        if ((old is null && _byTopic.Count >= maxCount) || _bytes - before + message.Size > maxBytes)
        {
            drops.Dropped("a retained message not kept: the broker keeps as much as it may");
            return false;
        }

        Remove(message.Topic);
        var kept = new Kept(++LastNumber, message);
        _bytes += message.Size;
        _byTopic[message.Topic] = kept;
        _inOrder.Add(kept);
        return true;
    }

    private bool Remove(string topic)
    {
        if (!_byTopic.Remove(topic, out var old))
        {
            return false;
        }

        _bytes -= old.Size;
        old.Message = null;
        if (_inOrder.Count - _byTopic.Count > FewGone + _byTopic.Count)
        {
            _inOrder.RemoveAll(kept => kept.Message is null);
        }

        return true;
    }

    /// <summary>Of the first whose number is higher.</summary>
    private int IndexAfter(long number)
    {
        var (low, high) = (0, _inOrder.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _inOrder[middle].Number <= number ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private sealed class Kept(long number, ApplicationMessage message)
    {
        public long Number => number;

        /// <summary>Null when it was replaced or cleared.</summary>
        public ApplicationMessage? Message { get; set; } = message;

        public long Size => Message?.Size ?? 0;

        public bool IsAlive(DateTimeOffset now) => Message?.IsExpired(now) == false;
    }
}
