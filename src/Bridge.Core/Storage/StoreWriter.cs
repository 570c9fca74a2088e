namespace Bridge.Core.Storage;

/// <summary>
/// The one writer in front of a store: what is waiting when a commit ends becomes the next transaction, so throughput grows with the number of
/// callers in flight and a lone caller waits for nobody. Order of the calls is order in the store.
/// </summary>
public sealed class StoreWriter : IAsyncDisposable
{
    private const int MostPerGroup = 1_000;
    private readonly IStore _store;
    private readonly Telemetry _telemetry;
    private readonly TimeProvider _clock;

    // A monitor, not a semaphore: the writer sleeps at once instead of spinning on a core that its callers need.
    private readonly object _lock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<Write> _waiting = new();
    private bool _closed;
    private long _committingSince;
    private volatile StoreException? _failure;

    public StoreWriter(IStore store, Telemetry telemetry, TimeProvider clock)
    {
        (_store, _telemetry, _clock) = (store, telemetry, clock);

        // Its own thread: a commit blocks on the disk, and would keep a pool thread from the callers it serves.
        new Thread(Run) { IsBackground = true, Name = "bridge store writer" }.Start();
    }

    /// <summary>
    /// Enqueues before it returns. The task completes after the commit, or fails with <see cref="StoreException"/>: then nothing of this write
    /// is stored. A failure ends one group of writes, never the writer.
    /// </summary>
    public Task WriteAsync(IReadOnlyList<StoreChange> changes)
    {
        var write = new Write(changes);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _waiting.Enqueue(write);
            if (_waiting.Count == 1)
            {
                Monitor.Pulse(_lock);
            }
        }

        return write.Done.Task;
    }

    /// <summary>How long the commit under way has been going on; zero when there is none.</summary>
    public TimeSpan Committing => Volatile.Read(ref _committingSince) is var since and not 0 ? _clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Why the latest commit failed; null when it succeeded, or there was none.</summary>
    public StoreException? Failure => _failure;

    /// <summary>Commits what was enqueued, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.Pulse(_lock);
        }

        await _ended.Task;
    }

    private void Run()
    {
        var group = new List<Write>();
        while (Next(group))
        {
            Volatile.Write(ref _committingSince, _clock.GetTimestamp());
            Commit(group);
            Volatile.Write(ref _committingSince, 0);
            group.Clear();
        }

        _ended.SetResult();
    }

    private bool Next(List<Write> group)
    {
        lock (_lock)
        {
            while (_waiting.Count == 0 && !_closed)
            {
                Monitor.Wait(_lock);
            }

            while (group.Count < MostPerGroup && _waiting.TryDequeue(out var write))
            {
                group.Add(write);
            }

            return group.Count > 0;
        }
    }

    private void Commit(List<Write> group)
    {
        var began = _clock.GetTimestamp();
        try
        {
            var changes = group.Count == 1 ? group[0].Changes : [.. group.SelectMany(write => write.Changes)];
            _store.CommitAsync(changes, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception failure)
        {
            // Whatever went wrong concerns these writes alone: their callers decide, and the next group gets its chance.
            var known = failure as StoreException ?? new StoreException($"the store failed: {failure.GetType().Name}", failure);
            Failed(known, group);
            return;
        }

        _telemetry.Committed(group.Count, _clock.GetElapsedTime(began));
        if (_failure is not null)
        {
            _failure = null;
            _telemetry.StoreRecovered();
        }

        foreach (var write in group)
        {
            write.Done.SetResult();
        }
    }

    private void Failed(StoreException failure, List<Write> group)
    {
        _telemetry.CommitFailed(group.Count, failure, first: _failure is null);
        _failure = failure;
        foreach (var write in group)
        {
            write.Done.SetException(failure);
        }
    }

    private sealed class Write(IReadOnlyList<StoreChange> changes)
    {
        public IReadOnlyList<StoreChange> Changes { get; } = changes;

        // Continuations run elsewhere: a caller's work after its commit must not hold up the next one.
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
