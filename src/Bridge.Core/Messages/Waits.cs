using Bridge.Core.Routing;

namespace Bridge.Core.Messages;

/// <summary>Finds what waits for the same among what is remembered, in order of acceptance. Follows the memory; remembers nothing itself.</summary>
/// <param name="awaited">What an entry waits for.</param>
/// <param name="sequence">Its place in the order of acceptance.</param>
internal abstract class Waits<TAwaited, TEntry>(Func<TEntry, TAwaited> awaited, Func<TEntry, long> sequence)
    where TAwaited : notnull
    where TEntry : Remembered
{
    private readonly Dictionary<TAwaited, SortedDictionary<long, TEntry>> _entries = [];

    /// <summary>What is waited for may have come and nobody heard of it (Bridge was down, a commit failed): all of it is to be looked at.</summary>
    public bool LookAgain { get; set; } = true;

    public bool IsEmpty => _entries.Count == 0;

    public IReadOnlyList<TAwaited> Awaited => [.. _entries.Keys];

    protected IEnumerable<TEntry> All => _entries.Values.SelectMany(waiting => waiting.Values);

    public IReadOnlyList<TEntry> For(TAwaited what) => _entries.TryGetValue(what, out var waiting) ? [.. waiting.Values] : [];

    public TEntry? First(TAwaited what) => _entries.TryGetValue(what, out var waiting) ? waiting.First().Value : null;

    public void Follow(Remembered? before, Remembered? after)
    {
        if (before is TEntry gone && _entries.TryGetValue(awaited(gone), out var others))
        {
            others.Remove(sequence(gone));
            if (others.Count == 0)
            {
                _entries.Remove(awaited(gone));
            }
        }

        if (after is TEntry waiting)
        {
            if (!_entries.TryGetValue(awaited(waiting), out var company))
            {
                _entries.Add(awaited(waiting), company = []);
            }

            company[sequence(waiting)] = waiting;
        }
    }
}
