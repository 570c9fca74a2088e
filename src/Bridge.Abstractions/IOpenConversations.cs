namespace Bridge.Abstractions;

/// <summary>Optional. Makes conversations on the network, for portals and for people who start a chat.</summary>
public interface IOpenConversations
{
    /// <summary>
    /// Makes the conversation, or finds the one that an earlier call with the same <see cref="ConversationRequest.Key"/> made: the process may have died between
    /// the making and our remembering. One call at a time for each key, while connected. An exception means: unknown, ask again.
    /// </summary>
    ValueTask<OpenResult> OpenAsync(ConversationRequest request, CancellationToken cancellationToken);
}

/// <summary>A conversation that is wanted.</summary>
public sealed record ConversationRequest
{
    /// <summary>Stable over restarts and retries; lower-case letters and digits, at most 40; no personal data.</summary>
    public required string Key { get; init; }

    /// <summary>The conversation at the far side that this one stands for; null when a person just wants to talk to <see cref="Invite"/>.</summary>
    public Address? For { get; init; }

    /// <summary>What it is called; null when nobody said.</summary>
    public MessageText? Name { get; init; }

    /// <summary>Its picture; null for none.</summary>
    public BlobId? Picture { get; init; }

    /// <summary>True when it is with one person.</summary>
    public bool IsDirect { get; init; }

    /// <summary>Who is to be in it, as this network names people.</summary>
    public EquatableArray<Sender> Invite { get; init; }

    /// <summary>
    /// A conversation that somebody began for this (<see cref="ConversationRequested"/>): it is the one, if the stand-in can still come in, and what was said
    /// there meanwhile is handed over. Null: none.
    /// </summary>
    public ConversationOffer? Offer { get; init; }
}

/// <summary>A conversation that is there already.</summary>
/// <param name="At">Where.</param>
/// <param name="With">Whose stand-in was asked in, as <see cref="ConversationRequested.With"/> named him.</param>
public sealed record ConversationOffer(Address At, Address With);

/// <summary>What became of <see cref="IOpenConversations.OpenAsync"/>: a closed hierarchy.</summary>
public abstract record OpenResult
{
    private OpenResult()
    {
    }

    /// <summary>It is there.</summary>
    /// <param name="Address">Where.</param>
    public sealed record Opened(Address Address) : OpenResult;

    /// <summary>Not now. Core asks again.</summary>
    /// <param name="Why">For the operator: no message text, no address.</param>
    /// <param name="After">Not sooner than this, when the network said so.</param>
    public sealed record Deferred(string Why, TimeSpan? After = null) : OpenResult;

    /// <summary>Never.</summary>
    /// <param name="Why">For the operator: no message text, no address.</param>
    /// <param name="Cure">What a person can do about it; null when nothing.</param>
    public sealed record Refused(string Why, string? Cure = null) : OpenResult;
}

/// <summary>Optional. Reads what was said before Bridge listened.</summary>
public interface IReadHistory
{
    /// <summary>The latest messages of a conversation, oldest first, each with <see cref="Inbound.Historic"/>; empty when the network keeps none.</summary>
    ValueTask<IReadOnlyList<Inbound>> LatestAsync(Address conversation, int most, CancellationToken cancellationToken);
}
