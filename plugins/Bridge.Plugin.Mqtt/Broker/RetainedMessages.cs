using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>The last retained message of each topic. Bounded: what no longer fits is passed on but not kept, and counted.</summary>
internal sealed class RetainedMessages(IDropCounter drops, int maxCount = 100_000, long maxBytes = 256_000_000)
{
    private readonly Dictionary<string, ApplicationMessage> _byTopic = new(StringComparer.Ordinal);
    private long _bytes;

    public int Count => _byTopic.Count;

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

    public IEnumerable<ApplicationMessage> Matching(string filter, DateTimeOffset now)
    {
        if (!filter.AsSpan().ContainsAny('+', '#'))
        {
            return _byTopic.TryGetValue(filter, out var exact) && !exact.IsExpired(now) ? [exact] : [];
        }

        return _byTopic.Values.Where(message => !message.IsExpired(now) && Topic.Matches(filter, message.Topic));
    }

    /// <summary>Forgets what has expired.</summary>
    public void Expire(DateTimeOffset now, Batch batch)
    {
        foreach (var topic in _byTopic.Values.Where(message => message.IsExpired(now)).Select(message => message.Topic).ToList())
        {
            Remove(topic);
            batch.Changes.Add(new StateChange(StoredRecord.RetainedKey(topic), Value: null));
        }
    }

    private bool TryKeep(ApplicationMessage message)
    {
        var before = _byTopic.TryGetValue(message.Topic, out var old) ? Size(old) : 0;
        if ((old is null && _byTopic.Count >= maxCount) || _bytes - before + Size(message) > maxBytes)
        {
            drops.Dropped("a retained message not kept: the broker keeps as much as it may");
            return false;
        }

        _bytes += Size(message) - before;
        _byTopic[message.Topic] = message;
        return true;
    }

    private bool Remove(string topic)
    {
        if (!_byTopic.Remove(topic, out var old))
        {
            return false;
        }

        _bytes -= Size(old);
        return true;
    }

    private static long Size(ApplicationMessage message) => message.Topic.Length + message.Payload.Bytes.Length + message.Properties.Size;
}
