using Bridge.Abstractions;
using Bridge.Core.Storage;
using Bridge.Testing.Storage;
using Xunit;

namespace Bridge.Core.Tests.Messages;

/// <summary>A store in memory whose commits a test can hold, and let go or fail one by one.</summary>
internal sealed class GatedStore(MemoryStore inner) : IStore
{
    private readonly SemaphoreSlim _waiting = new(0);
    private volatile TaskCompletionSource? _gate;

    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until a commit stands at the gate.</summary>
    public async Task ArrivedAsync() => Assert.True(await _waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));

    /// <summary>Lets the commit at the gate, and all later ones, through; with an exception, that one fails first.</summary>
    public void Release(StoreException? failure = null)
    {
        var gate = _gate!;
        _gate = null;
        if (failure is null)
        {
            gate.SetResult();
        }
        else
        {
            gate.SetException(failure);
        }
    }

    public async ValueTask CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken cancellationToken)
    {
        if (_gate is { } gate)
        {
            _waiting.Release();
            await gate.Task;
        }

        await inner.CommitAsync(changes, cancellationToken);
    }

    public ValueTask<StoreHead> HeadAsync(CancellationToken cancellationToken) => inner.HeadAsync(cancellationToken);

    public ValueTask<EnvelopeRow?> FindEventAsync(EventId id, CancellationToken cancellationToken) => inner.FindEventAsync(id, cancellationToken);

    public ValueTask<IReadOnlyList<EventId>> EventsBetweenAsync(EventId first, EventId last, int limit, CancellationToken cancellationToken) =>
        inner.EventsBetweenAsync(first, last, limit, cancellationToken);

    public ValueTask<DeliveryRow?> FindDeliveryAsync(DeliveryId id, CancellationToken cancellationToken) => inner.FindDeliveryAsync(id, cancellationToken);

    public ValueTask<IReadOnlyList<DeliveryRow>> DeliveriesOfAsync(EventId id, CancellationToken cancellationToken) => inner.DeliveriesOfAsync(id, cancellationToken);

    public ValueTask<IReadOnlyList<DeliveryRow>> OpenInLaneAsync(LaneId lane, DeliveryId after, int limit, CancellationToken cancellationToken) =>
        inner.OpenInLaneAsync(lane, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<LaneId>> OpenLanesAsync(CancellationToken cancellationToken) => inner.OpenLanesAsync(cancellationToken);

    public ValueTask<IReadOnlyList<DeliveryRow>> ListDeliveriesAsync(DeliveryState? state, int limit, CancellationToken cancellationToken) =>
        inner.ListDeliveriesAsync(state, limit, cancellationToken);

    public ValueTask<IReadOnlyDictionary<DeliveryState, long>> CountDeliveriesAsync(CancellationToken cancellationToken) => inner.CountDeliveriesAsync(cancellationToken);

    public ValueTask<IReadOnlyList<OpenDeliveries>> OpenByEndpointAsync(CancellationToken cancellationToken) => inner.OpenByEndpointAsync(cancellationToken);

    public ValueTask<NativeClaim?> FindNativeAsync(BlindIndex id, CancellationToken cancellationToken) => inner.FindNativeAsync(id, cancellationToken);

    public ValueTask<byte[]?> FindStateAsync(string scope, BlindIndex key, CancellationToken cancellationToken) => inner.FindStateAsync(scope, key, cancellationToken);

    public IAsyncEnumerable<StateRow> ReadStateAsync(string scope, CancellationToken cancellationToken) => inner.ReadStateAsync(scope, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
