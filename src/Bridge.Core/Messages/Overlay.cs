using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Core.Storage;

namespace Bridge.Core.Messages;

/// <summary>
/// What the loop knows ahead of the store: the rules' memory and the claims of native ids, with the way back for each batch that is not
/// committed yet. A failed commit takes its batch back, and every later one first.
/// </summary>
internal sealed class Overlay
{
    private readonly Dictionary<BlindIndex, EventId> _claims = [];

    public RulesMemory Memory { get; } = new();

    public MemoryTimers Timers { get; } = new();

    public WaitingRelations Relations { get; } = new();

    public WaitingArrivals Arrivals { get; } = new();

    public OptOuts OptOuts { get; } = new();

    /// <summary>When there may be something to do without an input.</summary>
    public DateTimeOffset? NextLook => Relations is { LookAgain: true, IsEmpty: false } || Arrivals is { LookAgain: true, IsEmpty: false } ? DateTimeOffset.MinValue : Timers.Next;

    public EventId? Claimant(BlindIndex native) => _claims.TryGetValue(native, out var id) ? id : null;

    public void Claim(DecidedBatch batch, BlindIndex native, EventId id)
    {
        _claims.Add(native, id);
        batch.Claims.Add(native);
    }

    public void Apply(DecidedBatch batch, IReadOnlyList<MemoryChange> changes)
    {
        foreach (var change in changes)
        {
            batch.Before.TryAdd(change.Key, Set(change));
        }
    }

    /// <summary>As the store has it.</summary>
    public void Recall(MemoryChange entry) => Set(entry);

    /// <summary>The store has it.</summary>
    public void Committed(DecidedBatch batch) => Release(batch);

    /// <summary>The store does not have it. Newest batch first.</summary>
    public void TakeBack(DecidedBatch batch)
    {
        foreach (var (key, before) in batch.Before)
        {
            Set(new MemoryChange(key, before));
        }

        Release(batch);
    }

    private Remembered? Set(MemoryChange change)
    {
        var before = Memory.Set(change.Key, change.Value);
        Timers.Schedule(change.Key, change.Value);
        Relations.Follow(before, change.Value);
        Arrivals.Follow(before, change.Value);
        OptOuts.Follow(before, change.Value);
        return before;
    }

    private void Release(DecidedBatch batch)
    {
        foreach (var claim in batch.Claims)
        {
            _claims.Remove(claim);
        }
    }
}
