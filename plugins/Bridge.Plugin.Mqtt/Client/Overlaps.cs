using System.Text;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>
/// Keeps overlapping subscriptions from making two events of one message. A broker may send such a message once for each subscription, marked with
/// the subscription's identifier: the copy of the oldest one counts. Oldest, because a message that was queued before a subscription was made has no
/// copy for it (docs/decisions/0211).
/// </summary>
internal sealed class Overlaps
{
    private const int MaxCached = 10_000;

    private readonly List<(string Filter, uint Identifier)> _filters;
    private readonly Dictionary<string, uint> _oldest = new(StringComparer.Ordinal);

    /// <param name="filters">Those that overlap, the oldest subscription first.</param>
    public Overlaps(IEnumerable<string> filters) => _filters = [.. filters.Select(filter => (filter, IdentifierOf(filter)))];

    /// <summary>The same for a filter at all times: what was queued under another configuration is still known by it. Never 0.</summary>
    public static uint IdentifierOf(string filter)
    {
        var hash = 2_166_136_261u; // FNV-1a
        foreach (var value in Encoding.UTF8.GetBytes(filter))
        {
            hash = (hash ^ value) * 16_777_619;
        }

        return (hash % VariableByteInteger.Max) + 1;
    }

    /// <summary>False only for a copy of a message that comes under an older subscription as well.</summary>
    public bool IsWanted(PublishPacket publish)
    {
        if (_filters.Count == 0 || publish.Properties.Number(PropertyId.SubscriptionIdentifier) is null)
        {
            return true;
        }

        var oldest = OldestOf(publish.Topic);
        var items = publish.Properties.Items;
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Id == PropertyId.SubscriptionIdentifier && (items[i].Number == oldest || !Matches(items[i].Number, publish.Topic)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>0 when none of the filters matches.</summary>
    private uint OldestOf(string topic)
    {
        if (_oldest.TryGetValue(topic, out var known))
        {
            return known;
        }

        if (_oldest.Count >= MaxCached)
        {
            _oldest.Clear();
        }

        return _oldest[topic] = _filters.Find(filter => Topic.Matches(filter.Filter, topic)).Identifier;
    }

    /// <summary>Otherwise it is of a subscription that is no more.</summary>
    private bool Matches(uint identifier, string topic) =>
        _filters.Exists(filter => filter.Identifier == identifier && Topic.Matches(filter.Filter, topic));
}
