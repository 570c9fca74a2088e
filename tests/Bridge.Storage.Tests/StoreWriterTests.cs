using Bridge.Core;
using Bridge.Core.Storage;
using Bridge.Testing.Storage;
using Xunit;

namespace Bridge.Storage.Tests;

public sealed class StoreWriterTests : IDisposable
{
    private readonly Telemetry _telemetry = Log.Silent();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _telemetry.Dispose();

    private static StoreChange[] Put(int key, byte value) => [new StoreChange.PutState("s", new BlindIndex((UInt128)key), [value])];

    [Fact]
    public async Task Calls_are_committed_in_order_and_in_groups()
    {
        var store = new GatedStore();
        await using var writer = new StoreWriter(store, _telemetry, TimeProvider.System);
        var first = writer.WriteAsync(Put(0, 0));
        await store.Committing.WaitAsync(Ct);
        var rest = Enumerable.Range(1, 200).Select(value => writer.WriteAsync(Put(0, (byte)value))).ToList();
        Assert.DoesNotContain(rest, write => write.IsCompleted);
        store.Gate.Release(10);
        await first;
        await Task.WhenAll(rest);
        Assert.Equal([200], await store.Inner.FindStateAsync("s", new BlindIndex(0), Ct));
        Assert.Equal(2, store.Inner.Commits);
    }

    [Fact]
    public async Task A_write_is_complete_only_after_its_commit()
    {
        var store = new GatedStore();
        await using var writer = new StoreWriter(store, _telemetry, TimeProvider.System);
        var write = writer.WriteAsync(Put(1, 1));
        await store.Committing.WaitAsync(Ct);
        Assert.False(write.IsCompleted);
        store.Gate.Release();
        await write;
        Assert.NotNull(await store.Inner.FindStateAsync("s", new BlindIndex(1), Ct));
    }

    [Fact]
    public async Task A_failed_commit_fails_its_writes_alone_and_the_writer_lives_on()
    {
        var store = new MemoryStore { Failure = new StoreException("full") { DiskFull = true } };
        await using var writer = new StoreWriter(store, _telemetry, TimeProvider.System);
        Assert.True((await Assert.ThrowsAsync<StoreException>(() => writer.WriteAsync(Put(1, 1)))).DiskFull);
        Assert.True((await Assert.ThrowsAsync<StoreException>(() => writer.WriteAsync(Put(1, 2)))).DiskFull);
        store.Failure = null;
        await writer.WriteAsync(Put(1, 3));
        Assert.Equal([3], await store.FindStateAsync("s", new BlindIndex(1), Ct));
        Assert.Equal(2, _telemetry.Totals[("store.failures", "disk full")]);
        Assert.Equal(1, _telemetry.Totals[("store.recoveries", "")]);
    }

    [Fact]
    public async Task Disposing_commits_what_was_enqueued_and_takes_nothing_more()
    {
        var store = new GatedStore();
        var writer = new StoreWriter(store, _telemetry, TimeProvider.System);
        var writes = Enumerable.Range(0, 2_500).Select(key => writer.WriteAsync(Put(key, 1))).ToList();
        var disposed = writer.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.WriteAsync(Put(0, 0)));
        Assert.False(disposed.IsCompleted);
        store.Gate.Release(100);
        await disposed;
        Assert.All(writes, write => Assert.True(write.IsCompletedSuccessfully));
        Assert.InRange(store.Inner.Commits, 3, 5);
    }

    [Fact]
    public async Task A_callers_work_after_its_commit_does_not_hold_up_the_next_one()
    {
        await using var writer = new StoreWriter(new MemoryStore(), _telemetry, TimeProvider.System);
        using var held = new ManualResetEventSlim();
        var blocked = Task.Run(
            async () =>
            {
                await writer.WriteAsync(Put(1, 1));
                held.Wait(Ct);
            },
            Ct);
        await writer.WriteAsync(Put(2, 2));
        await writer.WriteAsync(Put(3, 3));
        held.Set();
        await blocked;
    }

    /// <summary>A store whose commits wait at a gate.</summary>
    private sealed class GatedStore : IStore
    {
        public MemoryStore Inner { get; } = new();

        public SemaphoreSlim Committing { get; } = new(0);

        public SemaphoreSlim Gate { get; } = new(0);

        public async ValueTask CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken cancellationToken)
        {
            Committing.Release();
            await Gate.WaitAsync(cancellationToken);
            await Inner.CommitAsync(changes, cancellationToken);
        }

        public ValueTask<StoreHead> HeadAsync(CancellationToken cancellationToken) => Inner.HeadAsync(cancellationToken);

        public ValueTask<EnvelopeRow?> FindEventAsync(Bridge.Abstractions.EventId id, CancellationToken cancellationToken) =>
            Inner.FindEventAsync(id, cancellationToken);

        public ValueTask<IReadOnlyList<Bridge.Abstractions.EventId>> EventsBetweenAsync(
            Bridge.Abstractions.EventId first, Bridge.Abstractions.EventId last, int limit, CancellationToken cancellationToken) =>
            Inner.EventsBetweenAsync(first, last, limit, cancellationToken);

        public ValueTask<DeliveryRow?> FindDeliveryAsync(DeliveryId id, CancellationToken cancellationToken) => Inner.FindDeliveryAsync(id, cancellationToken);

        public ValueTask<IReadOnlyList<DeliveryRow>> DeliveriesOfAsync(Bridge.Abstractions.EventId id, CancellationToken cancellationToken) =>
            Inner.DeliveriesOfAsync(id, cancellationToken);

        public ValueTask<IReadOnlyList<DeliveryRow>> OpenInLaneAsync(LaneId lane, DeliveryId after, int limit, CancellationToken cancellationToken) =>
            Inner.OpenInLaneAsync(lane, after, limit, cancellationToken);

        public ValueTask<IReadOnlyList<LaneId>> OpenLanesAsync(CancellationToken cancellationToken) => Inner.OpenLanesAsync(cancellationToken);

        public ValueTask<IReadOnlyList<DeliveryRow>> ListDeliveriesAsync(DeliveryState? state, int limit, CancellationToken cancellationToken) =>
            Inner.ListDeliveriesAsync(state, limit, cancellationToken);

        public ValueTask<IReadOnlyDictionary<DeliveryState, long>> CountDeliveriesAsync(CancellationToken cancellationToken) =>
            Inner.CountDeliveriesAsync(cancellationToken);

        public ValueTask<IReadOnlyList<OpenDeliveries>> OpenByEndpointAsync(CancellationToken cancellationToken) => Inner.OpenByEndpointAsync(cancellationToken);

        public ValueTask<NativeClaim?> FindNativeAsync(BlindIndex id, CancellationToken cancellationToken) => Inner.FindNativeAsync(id, cancellationToken);

        public ValueTask<byte[]?> FindStateAsync(string scope, BlindIndex key, CancellationToken cancellationToken) =>
            Inner.FindStateAsync(scope, key, cancellationToken);

        public IAsyncEnumerable<StateRow> ReadStateAsync(string scope, CancellationToken cancellationToken) => Inner.ReadStateAsync(scope, cancellationToken);

        public ValueTask DisposeAsync() => Inner.DisposeAsync();
    }
}
