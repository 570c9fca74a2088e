namespace Bridge.Abstractions;

/// <summary>One fitted part, ready to be sent. Made by Core; everything in it is within the capabilities of <see cref="To"/>.</summary>
public sealed record Outbound
{
    /// <summary>Stable over retries and restarts.</summary>
    public required DeliveryKey Key { get; init; }

    /// <summary>The event that caused it; the same for every repeat of this part.</summary>
    public required EventId Event { get; init; }

    /// <summary>Where it goes.</summary>
    public required Address To { get; init; }

    /// <summary>What is sent. A <see cref="MessagePosted"/> has one part here.</summary>
    public required BridgeEvent Content { get; init; }

    /// <summary>How much it matters.</summary>
    public Severity Severity { get; init; } = Severity.Notice;

    /// <summary>Where the event came from; null when Bridge itself speaks.</summary>
    public Address? Source { get; init; }

    /// <summary>Who caused the event; null when unknown.</summary>
    public Sender? Sender { get; init; }

    /// <summary>The sender's own name on the destination's network, when the configuration knows that person there; null otherwise.</summary>
    public string? SenderHere { get; init; }

    /// <summary>Who speaks, in the words of the link, for where that cannot be shown after all (<see cref="EventFeature.Identity"/>); null: it has no words.</summary>
    public MessageText? Label { get; init; }

    /// <summary>When the event happened, or was received when its network does not say.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Handing it over after this is no use; null for no end.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>The message it answers, in the destination's own naming; null for none.</summary>
    public NativeId? ReplyTo { get; init; }

    /// <summary>The thread it belongs to, in the destination's own naming; null for none.</summary>
    public NativeId? Thread { get; init; }

    /// <summary>What we sent before and this takes back (of a <see cref="ReactionChanged"/> that is removed), in the destination's own naming; may be empty.</summary>
    public EquatableArray<NativeId> Earlier { get; init; }

    /// <summary>Bridges passed so far, this one included; to be carried where the network can.</summary>
    public int Hops { get; init; }

    /// <summary>What the rule asked of this destination (<see cref="PluginDescription.DestinationOptions"/>): names the plugin declared, values it checked.</summary>
    public EquatableArray<Property> Options { get; init; }
}

/// <summary>What became of one send: a closed hierarchy. An exception or a timeout means instead: outcome unknown.</summary>
public abstract record SendResult
{
    private SendResult()
    {
    }

    /// <summary>The network has it.</summary>
    /// <param name="Ids">The native ids it got there; may be empty.</param>
    public sealed record Delivered(EquatableArray<NativeId> Ids = default) : SendResult;

    /// <summary>The network took it and will report (<see cref="DeliveryReported"/>).</summary>
    /// <param name="Ids">The native ids known so far; may be empty.</param>
    public sealed record Accepted(EquatableArray<NativeId> Ids = default) : SendResult;

    /// <summary>Known not to have been handed over. Core tries again.</summary>
    /// <param name="Why">For the operator: no message text, no address.</param>
    /// <param name="After">Not sooner than this, when the network said so (Retry-After).</param>
    public sealed record Deferred(string Why, TimeSpan? After = null) : SendResult;

    /// <summary>The network will never take it. Core does not try again by itself.</summary>
    /// <param name="Why">For the operator: no message text, no address.</param>
    /// <param name="Cure">What a person can do about it; null when nothing.</param>
    public sealed record Refused(string Why, string? Cure = null) : SendResult
    {
        /// <summary>Of the units that <see cref="IMeasure"/> says it costs: those that were used all the same, since its first pieces are out.</summary>
        public int UnitsUsed { get; init; }
    }

    /// <summary>It may or may not have arrived.</summary>
    /// <param name="Why">For the operator: no message text, no address.</param>
    public sealed record Uncertain(string Why) : SendResult;
}
