namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>The subscriptions of one session. Bounded: a client must not make them many, nor their filters long.</summary>
internal sealed class Grants
{
    public const int MaxCount = 1000;

    /// <summary>Of all filters together, in characters.</summary>
    public const int MaxLength = 65_536;

    private readonly Dictionary<string, Grant> _byFilter = new(StringComparer.Ordinal);
    private int _length;

    public IReadOnlyCollection<Grant> All => _byFilter.Values;

    public Grant? Find(string filter) => _byFilter.GetValueOrDefault(filter);

    public bool HasRoomFor(string filter) =>
        _byFilter.ContainsKey(filter) || (_byFilter.Count < MaxCount && _length + filter.Length <= MaxLength);

    public void Set(Grant grant)
    {
        var filter = grant.Subscription.Filter;
        _length += _byFilter.ContainsKey(filter) ? 0 : filter.Length;
        _byFilter[filter] = grant;
    }

    public bool Remove(string filter)
    {
        var known = _byFilter.Remove(filter);
        _length -= known ? filter.Length : 0;
        return known;
    }
}
