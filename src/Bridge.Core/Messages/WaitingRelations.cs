using Bridge.Core.Routing;
using Bridge.Core.Storage;

namespace Bridge.Core.Messages;

/// <summary>Finds what waits for a target among what is remembered, in order of acceptance. Follows the memory; remembers nothing itself.</summary>
internal sealed class WaitingRelations
{
    private readonly Dictionary<BlindIndex, SortedDictionary<long, AwaitsTarget>> _byTarget = [];

    /// <summary>Claims may have been made that nobody heard of (Bridge was down, a commit failed): the store is to be asked for every target.</summary>
    public bool LookAgain { get; set; } = true;

    public bool IsEmpty => _byTarget.Count == 0;

    public IReadOnlyList<BlindIndex> Targets => [.. _byTarget.Keys];

    public IReadOnlyList<AwaitsTarget> For(BlindIndex target) => _byTarget.TryGetValue(target, out var waiting) ? [.. waiting.Values] : [];

    public IReadOnlyList<AwaitsTarget> DueBy(DateTimeOffset now) => [.. _byTarget.Values.SelectMany(waiting => waiting.Values).Where(waiting => waiting.Due <= now)];

    public void Follow(Remembered? before, Remembered? after)
    {
        if (before is AwaitsTarget gone && _byTarget.TryGetValue(gone.Target, out var others))
        {
            others.Remove(gone.Sequence);
            if (others.Count == 0)
            {
                _byTarget.Remove(gone.Target);
            }
        }

        if (after is AwaitsTarget waiting)
        {
            if (!_byTarget.TryGetValue(waiting.Target, out var company))
            {
                _byTarget.Add(waiting.Target, company = []);
            }

            company[waiting.Sequence] = waiting;
        }
    }
}
