using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>Where delivery tells the decision loop what it waits for.</summary>
public interface ISettlement
{
    /// <summary>
    /// What became of a delivery that holds a cooldown, or whose outcome is told. Called in lane order, before the result itself is recorded; completes when the rules' memory of it is durable. A crash in between
    /// repeats the call, so it must be harmless to hear it twice. Throws <see cref="StoreException"/> when it could not be stored: called again.
    /// </summary>
    ValueTask SettledAsync(Settlement settlement);

    /// <summary>Native ids of what was sent are durable. Returns at once; whoever does not hear of it finds them in the store.</summary>
    void Claimed(IReadOnlyList<NativeClaim> claims);

    /// <summary>A part is about to leave: what arrives from now on at that address may be this part, or answer it. Returns at once.</summary>
    /// <param name="to">As it is owed to: of a portal, its placeholder.</param>
    /// <param name="send">The part; takes the place of an earlier one of the same delivery.</param>
    void Leaves(Address to, SendUnderWay send)
    {
    }

    /// <summary>Nothing of the delivery is under way any more, and the native ids that it got are durable. Returns at once.</summary>
    void Landed(Address to, DeliveryId delivery)
    {
    }
}

/// <summary>What became of one delivery.</summary>
/// <param name="Event">The event it carried.</param>
/// <param name="Route">The rule that owed it.</param>
/// <param name="Hold">The cooldown it holds (<see cref="DeliveryContent.Hold"/>).</param>
/// <param name="Delivered">True when the network took it; false when it never will, or nobody knows.</param>
public sealed record Settlement(EventId Event, string Route, string Hold, bool Delivered)
{
    /// <summary>What is to be told where a link's message came from; null for a cooldown.</summary>
    public ToldOutcome? Outcome { get; init; }

    /// <summary>What the network may have, and will never name; null for a cooldown.</summary>
    public DoubtedSend? Doubt { get; init; }
}

/// <summary>A send whose outcome stays unknown.</summary>
/// <param name="To">As it is owed to.</param>
public sealed record DoubtedSend(Address To, SendUnderWay Send);

/// <summary>What became of a delivery, for the people it came from.</summary>
/// <param name="Delivery">The delivery; an outcome of it is told once.</param>
/// <param name="Why">Of a failure.</param>
public sealed record ToldOutcome(DeliveryId Delivery, DeliveryOutcome Outcome, string? Why);
