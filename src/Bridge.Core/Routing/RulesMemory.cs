using System.Runtime.InteropServices;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Sync;

namespace Bridge.Core.Routing;

/// <summary>The rules' memory, whole, in the process. Not thread-safe: one decision loop owns it.</summary>
public sealed class RulesMemory : IMemory
{
    private readonly Dictionary<MemoryKey, Remembered> _entries = [];
    private readonly Dictionary<(string Route, string Kind), int> _counts = [];

    // The portals again, by where they are and by their names: what arrives and what is sent must find them too.
    private readonly Dictionary<Address, MemoryKey> _near = [];
    private readonly Dictionary<string, MemoryKey> _portals = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<MemoryKey, Remembered> Entries => _entries;

    public Remembered? Find(MemoryKey key) => _entries.GetValueOrDefault(key);

    public int Count(string route, string kind) => _counts.GetValueOrDefault((route, kind));

    public MemoryKey? PortalAt(Address near) => _near.TryGetValue(near, out var key) ? key : null;

    /// <summary>The portal of that name; null when there is none.</summary>
    public (MemoryKey Key, Portal Portal)? PortalNamed(string name) =>
        _portals.TryGetValue(name, out var key) && Find(key) is Portal portal ? (key, portal) : null;

    /// <summary>Sets or (null) forgets; returns what was there.</summary>
    public Remembered? Set(MemoryKey key, Remembered? value)
    {
        var before = Replace(key, value);
        if (before is Portal || value is Portal)
        {
            Follow(key, before as Portal, value as Portal);
        }

        return before;
    }

    private Remembered? Replace(MemoryKey key, Remembered? value)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, (key.Route, key.Kind), out _);
        if (value is null)
        {
            count -= _entries.Remove(key, out var forgotten) ? 1 : 0;
            return forgotten;
        }

        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out var exists);
        var old = entry;
        entry = value;
        count += exists ? 0 : 1;
        return old;
    }

    private void Follow(MemoryKey key, Portal? before, Portal? after)
    {
        if (before is not null)
        {
            _portals.Remove(before.Name);
        }

        if (before?.HeardAt is { } left)
        {
            _near.Remove(left);
        }

        if (after is not null)
        {
            _portals[after.Name] = key;
        }

        if (after?.HeardAt is { } at)
        {
            _near[at] = key;
        }
    }

    /// <summary>The rules by which open keyed states will end.</summary>
    public IEnumerable<(string Route, KeyedRule Rule)> OpenRules() =>
        _entries.Where(entry => entry.Value is Open).Select(entry => (entry.Key.Route, ((Open)entry.Value).Rule));

    /// <summary>Where endpoints must listen whatever the configuration says: open keyed states wait there for their end, and links made at run time are there.</summary>
    public IReadOnlyList<RulePattern> OpenPatterns() =>
    [
        .. OpenRules().SelectMany(open => open.Rule.From)
            .Concat(Links().SelectMany(link => link.Between).Select(side => new RulePattern(side.Endpoint.Value, side.Rest, Levels: false)))
            .Distinct(),
    ];

    /// <summary>The links that were made at run time, oldest first.</summary>
    public IReadOnlyList<LinkConfig> Links() => [.. MadeLinks.Of(this)];

    /// <summary>When the oldest event came that waits to be routed or owed; null when none does.</summary>
    public DateTimeOffset? OldestWaiting() => _entries.Values
        .Min(entry => (entry as AwaitsTarget)?.Arrival.ReceivedAt ?? (entry as AwaitsHistory)?.Arrival.ReceivedAt ?? (entry as AwaitsSends)?.Arrival.ReceivedAt);

    /// <summary>Whether an event waits to be routed or owed: then the rules have a copy of it.</summary>
    public bool IsWaiting(EventId id) => _entries.Values
        .Any(entry => ((entry as AwaitsTarget)?.Arrival ?? (entry as AwaitsHistory)?.Arrival ?? (entry as AwaitsSends)?.Arrival)?.Id == id);

    /// <summary>For questions that must change nothing.</summary>
    public RulesMemory Copy()
    {
        var copy = new RulesMemory();
        foreach (var (key, value) in _entries)
        {
            copy.Set(key, value);
        }

        return copy;
    }
}
