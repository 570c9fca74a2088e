using Bridge.Abstractions;
using Bridge.Core.Delivery;

namespace Bridge.Core.Routing;

/// <summary>What the rules say about one input, with reasons: pure data, the same for the daemon, <c>explain</c> and <c>test</c>.</summary>
/// <param name="Routes">Every route whose <c>from</c> matched, in rule order.</param>
/// <param name="Deliveries">What is owed, in order.</param>
/// <param name="Memory">How the rules' memory changes, in order.</param>
public sealed record Decision(
    IReadOnlyList<RouteVerdict> Routes, IReadOnlyList<PlannedDelivery> Deliveries, IReadOnlyList<MemoryChange> Memory)
{
    /// <summary>Routes that could not remember something because they remember too much already: the operator is warned.</summary>
    public EquatableArray<string> AtCap { get; init; }

    /// <summary>True when <c>from</c> and <c>when</c> (or <c>until</c>) of some route matched: such an event is stored.</summary>
    public bool Concerns => Routes.Any(route => route.Verdict is not (Verdict.NotMatched or Verdict.Stopped));
}

/// <summary>What one route said.</summary>
/// <param name="Route">Its id.</param>
/// <param name="Verdict">In one word.</param>
/// <param name="Because">In one sentence, for a person; may contain values, so it is sealed at rest and never logged.</param>
/// <param name="Notes">Trace notes of the evaluation: missing paths, comparisons of different types.</param>
public sealed record RouteVerdict(string Route, Verdict Verdict, string Because, EquatableArray<string> Notes = default)
{
    /// <summary>What a person should hear of, in words of ours alone, so that it may be logged; null when all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>Destinations that could not be built.</summary>
    public int Unbuilt { get; init; }
}

/// <summary>What a route did with an input.</summary>
public enum Verdict
{
    /// <summary>It owes deliveries.</summary>
    Sent,

    /// <summary><c>when</c> (and <c>until</c>) is false.</summary>
    NotMatched,

    /// <summary>Matched, but a cooldown holds.</summary>
    CooledDown,

    /// <summary>Matched, but the keyed state was already so.</summary>
    Unchanged,

    /// <summary>A retained state that only sets, or equals, what is known.</summary>
    Baseline,

    /// <summary>Older than <c>max_age</c>, or past its own expiry.</summary>
    TooOld,

    /// <summary>Debounce has begun or goes on.</summary>
    Waiting,

    /// <summary>The route's limit is reached; it becomes part of the overflow line.</summary>
    Limited,

    /// <summary>The keyed state ended.</summary>
    Resolved,

    /// <summary>An earlier route was <c>final</c>.</summary>
    Stopped,

    /// <summary>A destination could not be built; the reason says which.</summary>
    Invalid,

    /// <summary>The loop breaker or the hop bound stopped it.</summary>
    LoopStopped,

    /// <summary>It waited, or waits, for the message it refers to before any route is asked; said of no route.</summary>
    HeldForTarget,

    /// <summary>It waits until the history of its portal or link was brought over.</summary>
    HeldForHistory,

    /// <summary>Matched, but a person keeps the route or link quiet for a while.</summary>
    Silenced,

    /// <summary>It waited, or waits, for the answer to a send to its own address before any rule is asked; said of no rule.</summary>
    HeldForAnswer,

    /// <summary>It is what Bridge itself sent; no rule is asked, and it is said of none.</summary>
    Echo,

    /// <summary>An edit of what somebody else said; no rule is asked, and it is said of none.</summary>
    NotTheirs,
}

/// <summary>One delivery that a rule owes.</summary>
/// <param name="Content">What is owed to whom.</param>
/// <param name="Because">Why, for a person.</param>
public sealed record PlannedDelivery(DeliveryContent Content, string Because);

/// <summary>A name in the rules' memory. Personal (keys contain topics and texts), so it is stored only sealed and blind-indexed.</summary>
/// <param name="Route">The route's id; of what waits for its target, the endpoint's.</param>
/// <param name="Kind">What is remembered: a stable short word such as <c>cooldown</c>, <c>known</c>, <c>open</c>, <c>debounce</c>, <c>limit</c>.</param>
/// <param name="Key">The key within the route.</param>
public readonly record struct MemoryKey(string Route, string Kind, string Key)
{
    public override string ToString() => $"{Route}/{Kind}/{Mask.Of(Key)}";
}

/// <summary>One change of the rules' memory; a null value forgets.</summary>
public sealed record MemoryChange(MemoryKey Key, Remembered? Value);
