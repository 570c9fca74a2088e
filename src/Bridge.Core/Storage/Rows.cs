using Bridge.Abstractions;

namespace Bridge.Core.Storage;

/// <summary>A sealed event with its clear header.</summary>
/// <param name="Sequence">Order of acceptance.</param>
/// <param name="Id">The event.</param>
/// <param name="Kind">The event's kind, a stable short word (<c>data</c>, <c>posted</c>, ...).</param>
/// <param name="Endpoint">Where it happened.</param>
/// <param name="Conversation">The blind index of its address.</param>
/// <param name="ReceivedAt">By our clock.</param>
/// <param name="Size">Bytes before sealing.</param>
/// <param name="Body">The sealed <c>Arrival</c>; over 64 kB the store keeps it in the blob store.</param>
/// <param name="Decision">The sealed decision with its reasons, for <c>trace</c>.</param>
public sealed record EnvelopeRow(
    long Sequence, EventId Id, string Kind, EndpointId Endpoint, BlindIndex Conversation, DateTimeOffset ReceivedAt, int Size, byte[] Body, byte[] Decision)
{
    /// <summary>The big body went before the rest of the event: one byte, which no envelope is, stands in its place.</summary>
    public bool BodyExpired => Body.Length == 1;
}

/// <summary>One envelope owed to one address.</summary>
/// <param name="Content">The sealed <c>DeliveryContent</c>: address, rendering, options. Written once.</param>
/// <param name="Progress">The sealed <c>DeliveryProgress</c>: reasons, native ids, plan; null before the first attempt.</param>
public sealed record DeliveryRow(
    DeliveryId Id, EventId Event, LaneId Lane, DeliveryState State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? NotBefore, byte[] Content, byte[]? Progress);

/// <summary>The open deliveries of one endpoint.</summary>
/// <param name="Lanes">How many lanes have one.</param>
/// <param name="OldestAt">When the oldest of them was accepted.</param>
public sealed record OpenDeliveries(EndpointId Endpoint, int Lanes, long Deliveries, DateTimeOffset OldestAt);

/// <summary>Who claimed a native id. <paramref name="Delivery"/> is set when we sent it ourselves: its arrival is an echo.</summary>
public sealed record NativeClaim(BlindIndex Id, EventId Event, DeliveryId? Delivery, int Part);

/// <summary>One sealed value of a state scope. The key is inside the seal too.</summary>
public sealed record StateRow(BlindIndex Key, byte[] Sealed);

/// <summary>How far a delivery got. Stored as a number: append only, never renumber. Below <see cref="Sent"/> it is open.</summary>
public enum DeliveryState
{
    /// <summary>Waits for its turn.</summary>
    Pending = 0,

    /// <summary>Unsafe endpoints only: committed before the first byte leaves; found so after a crash, it is <see cref="Uncertain"/>.</summary>
    HandingOver = 1,

    /// <summary>Waits, with a visible reason, for a person or a configuration (endpoint removed, console not a terminal).</summary>
    Parked = 2,

    /// <summary>The network took it and will report.</summary>
    Sent = 10,

    /// <summary>The network has it.</summary>
    Delivered = 11,

    /// <summary>A person has read it.</summary>
    Read = 12,

    /// <summary>It may or may not have arrived; sent again only by a person or by a rule that says so.</summary>
    Uncertain = 20,

    /// <summary>Some parts arrived, one was refused.</summary>
    Partial = 21,

    /// <summary>Refused, or tried for as long as the rule allows: a dead letter.</summary>
    Failed = 22,

    /// <summary>Its time ran out: a dead letter.</summary>
    Expired = 23,

    /// <summary>Folded into a later edit before it was handed over.</summary>
    Superseded = 24,

    /// <summary>Deleted before it was handed over.</summary>
    Cancelled = 25,

    /// <summary>Dropped by a person.</summary>
    Dropped = 26,
}

/// <summary>One change of the store: a closed hierarchy.</summary>
public abstract record StoreChange
{
    private StoreChange()
    {
    }

    /// <summary>An event. Where its id is there already (a possible repeat, <see cref="Inbound.Id"/>), the first row stays.</summary>
    public sealed record AddEvent(EnvelopeRow Row) : StoreChange;

    /// <summary>What was decided later about an event that is there. Unknown ids are ignored.</summary>
    public sealed record PutDecision(EventId Id, byte[] Decision) : StoreChange;

    public sealed record AddDelivery(DeliveryRow Row) : StoreChange;

    /// <summary>A new state of a delivery. Unknown ids are ignored. Null <paramref name="Progress"/> keeps what is there.</summary>
    public sealed record MoveDelivery(DeliveryId Id, DeliveryState State, int Attempts, DateTimeOffset? NotBefore, byte[]? Progress) : StoreChange;

    /// <summary>The first claim wins; a later one is ignored.</summary>
    public sealed record ClaimNative(NativeClaim Claim) : StoreChange;

    public sealed record PutState(string Scope, BlindIndex Key, byte[] Sealed) : StoreChange;

    public sealed record RemoveState(string Scope, BlindIndex Key) : StoreChange;
}
