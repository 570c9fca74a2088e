using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Bridge.Abstractions;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>What a host has committed of one endpoint. Outlives the endpoint, as a store outlives the process.</summary>
internal sealed class HostMemory : IEndpointState, IDropCounter
{
    private readonly Lock _gate = new();
    private readonly List<Inbound> _events = [];
    private ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> _state = ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
    private Task _last = Task.CompletedTask;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Stands between a batch and its commit: waits, or throws to make the commit fail.</summary>
    public Func<InboundBatch, Task>? BeforeCommit { get; set; }

    /// <summary>Runs after a commit, before its completion is known to the endpoint.</summary>
    public Func<InboundBatch, Task>? AfterCommit { get; set; }

    public List<int> BatchSizes { get; } = [];

    public Dictionary<string, int> Dropped { get; } = [];

    /// <summary>What is committed; given at the start, it is what an earlier process left behind.</summary>
    public ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> State
    {
        get => _state;
        init => _state = value;
    }

    public Task Changed => Volatile.Read(ref _changed).Task;

    public T Snapshot<T>(Func<IReadOnlyList<Inbound>, T> look)
    {
        lock (_gate)
        {
            return look(_events);
        }
    }

    /// <summary>Commits in the order of the calls.</summary>
    public Task CommitAsync(InboundBatch batch)
    {
        lock (_gate)
        {
            return _last = CommitAfterAsync(_last, batch);
        }
    }

    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken) =>
        new(_state.TryGetValue(key, out var value) ? value : (ReadOnlyMemory<byte>?)null);

    public async IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var entry in _state.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            yield return entry;
        }
    }

    void IDropCounter.Dropped(string reason, int count)
    {
        lock (_gate)
        {
            Dropped[reason] = Dropped.GetValueOrDefault(reason) + count;
        }
    }

    private async Task CommitAfterAsync(Task before, InboundBatch batch)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (BeforeCommit is { } gate)
        {
            await gate(batch);
        }

        lock (_gate)
        {
            _events.AddRange(batch.Events);
            BatchSizes.Add(batch.Events.Count);
            foreach (var change in batch.State)
            {
                _state = change.Value is { } value ? _state.SetItem(change.Key, value) : _state.Remove(change.Key);
            }
        }

        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        if (AfterCommit is { } after)
        {
            await after(batch);
        }
    }
}
