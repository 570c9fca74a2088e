using System.Runtime.CompilerServices;
using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Testing.Storage;

/// <summary>A store in memory: for tests of what stands on a store, and the plainest statement of what a store does.</summary>
public sealed class MemoryStore : IStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, EnvelopeRow> _events = [];
    private readonly Dictionary<EventId, EnvelopeRow> _eventsById = [];
    private readonly SortedDictionary<DeliveryId, DeliveryRow> _deliveries = [];
    private readonly Dictionary<BlindIndex, NativeClaim> _natives = [];
    private readonly Dictionary<(string Scope, BlindIndex Key), byte[]> _state = [];

    /// <summary>While set, every commit fails with it and stores nothing: a full or broken disk.</summary>
    public StoreException? Failure { get; set; }

    /// <summary>While set, every read of an event fails with it.</summary>
    public StoreException? EventsUnreadable { get; set; }

    /// <summary>Commits so far.</summary>
    public int Commits { get; private set; }

    /// <summary>Every envelope, in order of acceptance.</summary>
    public IReadOnlyList<EnvelopeRow> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events.Values];
            }
        }
    }

    public ValueTask<StoreHead> HeadAsync(CancellationToken cancellationToken) =>
        Read(() => new StoreHead(_events.Keys.LastOrDefault(), _deliveries.Keys.LastOrDefault()));

    public ValueTask CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if ((Failure ?? Collision(changes)) is { } failure)
            {
                return ValueTask.FromException(failure);
            }

            foreach (var change in changes)
            {
                Apply(change);
            }

            Commits++;
            return ValueTask.CompletedTask;
        }
    }

    public ValueTask<EnvelopeRow?> FindEventAsync(EventId id, CancellationToken cancellationToken) =>
        EventsUnreadable is { } failure ? ValueTask.FromException<EnvelopeRow?>(failure) : Read(() => _eventsById.GetValueOrDefault(id));

    public ValueTask<IReadOnlyList<EventId>> EventsBetweenAsync(EventId first, EventId last, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<EventId>>(() =>
            [.. _eventsById.Keys.Where(id => id.Value >= first.Value && id.Value <= last.Value).OrderBy(id => id.Value).Take(limit)]);

    public ValueTask<DeliveryRow?> FindDeliveryAsync(DeliveryId id, CancellationToken cancellationToken) =>
        Read(() => _deliveries.GetValueOrDefault(id));

    public ValueTask<IReadOnlyList<DeliveryRow>> DeliveriesOfAsync(EventId id, CancellationToken cancellationToken) =>
        ReadDeliveries(rows => rows.Where(row => row.Event == id));

    public ValueTask<IReadOnlyList<DeliveryRow>> OpenInLaneAsync(LaneId lane, DeliveryId after, int limit, CancellationToken cancellationToken) =>
        ReadDeliveries(rows => rows.Where(row => row.Lane == lane && row.Id > after && row.State < DeliveryState.Sent).Take(limit));

    public ValueTask<IReadOnlyList<LaneId>> OpenLanesAsync(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<LaneId>>(() => [.. _deliveries.Values.Where(row => row.State < DeliveryState.Sent).Select(row => row.Lane).Distinct()]);

    public ValueTask<IReadOnlyList<DeliveryRow>> ListDeliveriesAsync(DeliveryState? state, int limit, CancellationToken cancellationToken) =>
        ReadDeliveries(rows => rows.Where(row => state is null || row.State == state).OrderByDescending(row => row.Id).Take(limit));

    public ValueTask<IReadOnlyDictionary<DeliveryState, long>> CountDeliveriesAsync(CancellationToken cancellationToken) =>
        Read<IReadOnlyDictionary<DeliveryState, long>>(() => _deliveries.Values.CountBy(row => row.State).ToDictionary(count => count.Key, count => (long)count.Value));

    public ValueTask<IReadOnlyList<OpenDeliveries>> OpenByEndpointAsync(CancellationToken cancellationToken) => Read<IReadOnlyList<OpenDeliveries>>(() =>
    [
        .. from row in _deliveries.Values
           where row.State < DeliveryState.Sent
           group row by row.Lane.Endpoint into open
           orderby open.Key.Value
           select new OpenDeliveries(open.Key, open.DistinctBy(row => row.Lane).Count(), open.Count(), open.MinBy(row => row.Id)!.CreatedAt),
    ]);

    public ValueTask<NativeClaim?> FindNativeAsync(BlindIndex id, CancellationToken cancellationToken) => Read(() => _natives.GetValueOrDefault(id));

    public ValueTask<byte[]?> FindStateAsync(string scope, BlindIndex key, CancellationToken cancellationToken) =>
        Read(() => _state.GetValueOrDefault((scope, key)));

    public async IAsyncEnumerable<StateRow> ReadStateAsync(string scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var ((rowScope, key), value) in await Read(() => _state.ToList()))
        {
            if (rowScope == scope)
            {
                yield return new StateRow(key, value);
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // A number is given once: twice in a batch or in a store is a broken caller, and nothing of the batch is stored.
    private StoreException? Collision(IReadOnlyList<StoreChange> changes)
    {
        var events = changes.OfType<StoreChange.AddEvent>().Select(change => change.Row).Where(row => !_eventsById.ContainsKey(row.Id)).DistinctBy(row => row.Id).ToList();
        var deliveries = changes.OfType<StoreChange.AddDelivery>().Select(change => change.Row.Id).ToList();
        var collides = events.Any(row => _events.ContainsKey(row.Sequence))
            || events.DistinctBy(row => row.Sequence).Count() < events.Count
            || deliveries.Any(_deliveries.ContainsKey)
            || deliveries.Distinct().Count() < deliveries.Count;
        return collides ? new StoreException("an event or a delivery is there already") : null;
    }

    private void Apply(StoreChange change)
    {
        switch (change)
        {
            case StoreChange.AddEvent(var row):
                if (_eventsById.TryAdd(row.Id, row))
                {
                    _events.Add(row.Sequence, row);
                }

                break;
            case StoreChange.PutDecision(var id, var decision) when _eventsById.TryGetValue(id, out var found):
                _eventsById[id] = _events[found.Sequence] = found with { Decision = decision };
                break;
            case StoreChange.PutDecision:
                break;
            case StoreChange.AddDelivery(var row):
                _deliveries.Add(row.Id, row);
                break;
            case StoreChange.MoveDelivery move when _deliveries.TryGetValue(move.Id, out var old):
                _deliveries[move.Id] = old with
                {
                    State = move.State, Attempts = move.Attempts, NotBefore = move.NotBefore, Progress = move.Progress ?? old.Progress,
                };
                break;
            case StoreChange.MoveDelivery:
                break;
            case StoreChange.ClaimNative(var claim):
                _natives.TryAdd(claim.Id, claim);
                break;
            case StoreChange.PutState put:
                _state[(put.Scope, put.Key)] = put.Sealed;
                break;
            case StoreChange.RemoveState remove:
                _state.Remove((remove.Scope, remove.Key));
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private ValueTask<T> Read<T>(Func<T> query)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(query());
        }
    }

    private ValueTask<IReadOnlyList<DeliveryRow>> ReadDeliveries(Func<IEnumerable<DeliveryRow>, IEnumerable<DeliveryRow>> query) =>
        Read<IReadOnlyList<DeliveryRow>>(() => [.. query(_deliveries.Values)]);
}
