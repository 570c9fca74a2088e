using System.Runtime.InteropServices;

namespace Bridge.Core.Routing;

/// <summary>The rules' memory, whole, in the process. Not thread-safe: one decision loop owns it.</summary>
public sealed class RulesMemory : IMemory
{
    private readonly Dictionary<MemoryKey, Remembered> _entries = [];
    private readonly Dictionary<(string Route, string Kind), int> _counts = [];

    public IReadOnlyDictionary<MemoryKey, Remembered> Entries => _entries;

    public Remembered? Find(MemoryKey key) => _entries.GetValueOrDefault(key);

    public int Count(string route, string kind) => _counts.GetValueOrDefault((route, kind));

    /// <summary>Sets or (null) forgets; returns what was there.</summary>
    public Remembered? Set(MemoryKey key, Remembered? value)
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

    /// <summary>The rules by which open keyed states will end.</summary>
    public IEnumerable<(string Route, KeyedRule Rule)> OpenRules() =>
        _entries.Where(entry => entry.Value is Open).Select(entry => (entry.Key.Route, ((Open)entry.Value).Rule));

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
