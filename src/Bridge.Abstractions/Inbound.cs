namespace Bridge.Abstractions;

/// <summary>One native input, mapped by the plugin's pure mapper. Core adds id, clock and origin.</summary>
public sealed record Inbound
{
    /// <summary>Where it happened. Its endpoint must be the accepting endpoint.</summary>
    public required Address Address { get; init; }

    /// <summary>What happened.</summary>
    public required BridgeEvent Event { get; init; }

    /// <summary>
    /// Its name on the network; null where the network has none (MQTT). Together with <see cref="Address"/> it is claimed once: a second
    /// arrival with the same pair is a duplicate or an echo, counted and completed without routing.
    /// </summary>
    public NativeId? NativeId { get; init; }

    /// <summary>
    /// Null, and Core mints the event's id; or an id that the plugin minted and keeps in its own state, so that a transmission that may or may not be a
    /// repeat (the network cannot tell) is handed over again under the same id: it is routed again, and whoever receives it twice can see that.
    /// </summary>
    public EventId? Id { get; init; }

    /// <summary>Who caused it; null when the network does not say.</summary>
    public Sender? Sender { get; init; }

    /// <summary>The conversation's own properties, when the network says them with the event; null otherwise.</summary>
    public ConversationFacts? Conversation { get; init; }

    /// <summary>When it happened, by the network's clock; null when the network does not say.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>After this it is of no use to anybody; null for no end.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>The message it answers; null for none.</summary>
    public NativeId? ReplyTo { get; init; }

    /// <summary>The thread it belongs to; null for none.</summary>
    public NativeId? Thread { get; init; }

    /// <summary>Set by another bridge, when the network carries it; null otherwise.</summary>
    public Severity? Severity { get; init; }

    /// <summary>How many bridges it has passed, as the network carries it. Core refuses to route beyond its bound.</summary>
    public int Hops { get; init; }

    /// <summary>What it says about being written to at <see cref="Address"/>; null for nothing. Without meaning in backfill.</summary>
    public Consent? Consent { get; init; }

    /// <summary>
    /// What the endpoint itself answers to it at <see cref="Address"/>, in the words of its configuration: owed like any message, in the same transaction. Null for nothing.
    /// With <see cref="Consent"/> only where that changes something; and so often at most that two machines which answer each other end.
    /// </summary>
    public MessageText? Answer { get; init; }

    /// <summary>True for backfill: stored and synced, never fires a route unless asked.</summary>
    public bool Historic { get; init; }
}

/// <summary>What a network says of a conversation.</summary>
/// <param name="Name">Its title as shown to people; null when it has none.</param>
/// <param name="IsDirect">True when it is with one person.</param>
/// <param name="Picture">Its picture; null for none.</param>
public sealed record ConversationFacts(MessageText? Name, bool IsDirect = false, BlobId? Picture = null);

/// <summary>How much an event matters; ordered.</summary>
public enum Severity
{
    /// <summary>For the record.</summary>
    Info,

    /// <summary>The default.</summary>
    Notice,

    /// <summary>Somebody should look.</summary>
    Warning,

    /// <summary>Somebody must act now. Travels in its own lane.</summary>
    Critical,
}

/// <summary>Events and endpoint state that commit in one transaction.</summary>
/// <param name="Events">In the order in which they happened; may be empty.</param>
/// <param name="State">Changes of <see cref="EndpointContext.State"/>; may be empty.</param>
public sealed record InboundBatch(IReadOnlyList<Inbound> Events, IReadOnlyList<StateChange> State)
{
    /// <summary>One event, no state.</summary>
    public static InboundBatch Of(Inbound inbound) => new([inbound], []);

    /// <summary>State alone.</summary>
    public static InboundBatch Of(params IReadOnlyList<StateChange> state) => new([], state);
}

/// <summary>One change of an endpoint's sealed key-value state.</summary>
/// <param name="Key">The key; stored only as a blind index and inside the seal.</param>
/// <param name="Value">The new value, or null to remove the key.</param>
public sealed record StateChange(string Key, ReadOnlyMemory<byte>? Value)
{
    /// <summary>A short keyed hash of the key.</summary>
    public override string ToString() => Mask.Of(Key);
}
