using Bridge.Abstractions;

namespace Bridge.Core.Storage;

/// <summary>
/// The one store port. Holds sealed rows with a small clear header; it never sees content. One writer (<see cref="StoreWriter"/>) commits;
/// reads come from any thread and see committed rows only. Every implementation passes StoreConformance.
/// </summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>The highest numbers ever used, so that new ones continue.</summary>
    ValueTask<StoreHead> HeadAsync(CancellationToken cancellationToken);

    /// <summary>All changes in one durable transaction, in order. Throws <see cref="StoreException"/>; then nothing is stored.</summary>
    ValueTask CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken cancellationToken);

    ValueTask<EnvelopeRow?> FindEventAsync(EventId id, CancellationToken cancellationToken);

    /// <summary>The ids of stored events from one to another, both included, in order: what a shortened id may stand for.</summary>
    ValueTask<IReadOnlyList<EventId>> EventsBetweenAsync(EventId first, EventId last, int limit, CancellationToken cancellationToken);

    ValueTask<DeliveryRow?> FindDeliveryAsync(DeliveryId id, CancellationToken cancellationToken);

    /// <summary>All deliveries of one event, in id order.</summary>
    ValueTask<IReadOnlyList<DeliveryRow>> DeliveriesOfAsync(EventId id, CancellationToken cancellationToken);

    /// <summary>Open deliveries (<see cref="DeliveryState"/> below <c>Sent</c>) of one lane after an id, in id order.</summary>
    ValueTask<IReadOnlyList<DeliveryRow>> OpenInLaneAsync(LaneId lane, DeliveryId after, int limit, CancellationToken cancellationToken);

    /// <summary>Every lane that has an open delivery.</summary>
    ValueTask<IReadOnlyList<LaneId>> OpenLanesAsync(CancellationToken cancellationToken);

    /// <summary>Deliveries in one state (null: all), newest first.</summary>
    ValueTask<IReadOnlyList<DeliveryRow>> ListDeliveriesAsync(DeliveryState? state, int limit, CancellationToken cancellationToken);

    /// <summary>How many deliveries are in each state.</summary>
    ValueTask<IReadOnlyDictionary<DeliveryState, long>> CountDeliveriesAsync(CancellationToken cancellationToken);

    /// <summary>What is open, per endpoint: for people and monitors, not for delivery.</summary>
    ValueTask<IReadOnlyList<OpenDeliveries>> OpenByEndpointAsync(CancellationToken cancellationToken);

    /// <summary>Who claimed a native id; null when nobody did.</summary>
    ValueTask<NativeClaim?> FindNativeAsync(BlindIndex id, CancellationToken cancellationToken);

    ValueTask<byte[]?> FindStateAsync(string scope, BlindIndex key, CancellationToken cancellationToken);

    /// <summary>Every sealed value of one scope, in no order.</summary>
    IAsyncEnumerable<StateRow> ReadStateAsync(string scope, CancellationToken cancellationToken);
}

/// <summary>The highest numbers ever used; zero in an empty store.</summary>
public readonly record struct StoreHead(long LastSequence, DeliveryId LastDelivery);

/// <summary>A store failed; the message is for the operator and contains no content.</summary>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True when the disk is full: nothing is acknowledged until there is room, then work goes on by itself.</summary>
    public bool DiskFull { get; init; }

    /// <summary>True when another process has the data folder.</summary>
    public bool InUse { get; init; }

    /// <summary>True when the change is made and holds, though bytes of what it replaced may be left in a file.</summary>
    public bool Committed { get; init; }
}

/// <summary>A keyed hash under which something personal can be found again without being readable. 16 bytes.</summary>
public readonly record struct BlindIndex(UInt128 Value)
{
    public override string ToString() => $"#{Value:x32}"[..9];
}

/// <summary>A delivery's number: given by the decision loop in order of acceptance, for ever unique in one store.</summary>
public readonly record struct DeliveryId(long Value) : IComparable<DeliveryId>
{
    public int CompareTo(DeliveryId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static bool operator <(DeliveryId left, DeliveryId right) => left.Value < right.Value;

    public static bool operator >(DeliveryId left, DeliveryId right) => left.Value > right.Value;

    public static bool operator <=(DeliveryId left, DeliveryId right) => left.Value <= right.Value;

    public static bool operator >=(DeliveryId left, DeliveryId right) => left.Value >= right.Value;
}

/// <summary>One lane: a destination address, and whether it is the critical one.</summary>
public readonly record struct LaneId(EndpointId Endpoint, BlindIndex Address, bool Critical);
