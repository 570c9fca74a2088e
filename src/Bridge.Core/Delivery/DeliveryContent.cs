using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>What is owed: sealed with the delivery, written once. A reload never changes it.</summary>
public sealed record DeliveryContent
{
    public required Address To { get; init; }

    /// <summary>The rule that owes it; <c>cli</c> for <c>bridge send</c>.</summary>
    public required string Route { get; init; }

    /// <summary>What is sent; null: the stored event itself (a forward).</summary>
    public BridgeEvent? Content { get; init; }

    public Severity Severity { get; init; } = Severity.Notice;

    /// <summary>What the rule asked of the destination.</summary>
    public EquatableArray<Property> Options { get; init; }

    public DateTimeOffset? Expires { get; init; }

    /// <summary>Gives up at this time.</summary>
    public required DateTimeOffset RetryUntil { get; init; }

    /// <summary>The rule says that an uncertain delivery is to be sent again.</summary>
    public bool RetryUncertain { get; init; }

    /// <summary>The cooldown this delivery holds: told to the rules when it is settled. Null: none.</summary>
    public string? Hold { get; init; }

    /// <summary>Where the event came from.</summary>
    public Address? Source { get; init; }

    public Sender? Sender { get; init; }

    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>Bridges passed, this one included.</summary>
    public int Hops { get; init; }

    /// <summary>A link's, and no outcome itself: what becomes of it is told where it came from.</summary>
    public bool IsLinked { get; init; }

    /// <summary>An endpoint's own answer (<see cref="Inbound.Answer"/>): it goes although nothing else may.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>The sender's own name at the destination, when the configuration knows it.</summary>
    public string? SenderHere { get; init; }

    /// <summary>Put before the text where the destination cannot show who speaks; null: nothing.</summary>
    public string? Label { get; init; }

    /// <summary>The largest attachment that is carried, in bytes; null: what the destination takes.</summary>
    public long? MaxMedia { get; init; }
}

/// <summary>What happened to a delivery so far: sealed, replaced at each step, shown by <c>trace</c>.</summary>
public sealed record DeliveryProgress
{
    /// <summary>Why it is in its state, for the operator.</summary>
    public string? Reason { get; init; }

    /// <summary>What a person can do about it.</summary>
    public string? Cure { get; init; }

    /// <summary>The fitted parts, when there are several or the endpoint is Unsafe: replayed, never refitted.</summary>
    public EquatableArray<BridgeEvent> Plan { get; init; }

    /// <summary>The revision of an edit that was folded in before the first part left; 0: none. Part of the keys.</summary>
    public int Revision { get; init; }

    /// <summary>How often it was begun anew after the network had reported a part as failed. Part of the keys: what remembers the former one would send nothing.</summary>
    public int Round { get; init; }

    /// <summary>Native ids per handed-over part, in the order in which they were handed over.</summary>
    public EquatableArray<PartResult> Parts { get; init; }

    /// <summary>Since when the network may have the next part without our knowing: a resend counts from here. Null: it certainly has not.</summary>
    public DateTimeOffset? DoubtSince { get; init; }

    /// <summary>When a person asked to try again; its time limits begin anew there.</summary>
    public DateTimeOffset? RetriedAt { get; init; }

    /// <summary>The latest steps, oldest first, at most 20.</summary>
    public EquatableArray<DeliveryStep> Steps { get; init; }
}

/// <summary>One part that the network has.</summary>
/// <param name="Part">Its number, from 0.</param>
/// <param name="Ids">What it is called there; may be empty.</param>
/// <param name="State">How far it got: <see cref="DeliveryState.Sent"/>, <c>Delivered</c>, <c>Read</c> or <c>Failed</c>.</param>
public sealed record PartResult(int Part, EquatableArray<NativeId> Ids, DeliveryState State = DeliveryState.Delivered);

/// <summary>One thing that happened to a delivery.</summary>
public sealed record DeliveryStep(DateTimeOffset At, string What);
