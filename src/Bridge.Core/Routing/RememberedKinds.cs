using System.Text.Json.Serialization;
using Bridge.Abstractions;
using Bridge.Core.Messages;
using Bridge.Core.Storage;

namespace Bridge.Core.Routing;

/// <summary>What a condition said of an event.</summary>
public enum MatchResult
{
    /// <summary>Neither <c>when</c> nor <c>until</c>.</summary>
    None,

    /// <summary><c>when</c>.</summary>
    Matched,

    /// <summary><c>until</c> and not <c>when</c>.</summary>
    Ended,
}

/// <summary>The last state a topic was seen in by a route; keyed by topic. What a retained event is compared with.</summary>
/// <param name="Result">What the condition said.</param>
/// <param name="Key">The route's key then.</param>
/// <param name="Text">Fingerprint of what was rendered; empty where nothing was.</param>
/// <param name="Baseline">True when it was only noted, because the first we ever saw was retained; <c>status</c> lists matching ones.</param>
public sealed record Known(MatchResult Result, string Key, string Text, bool Baseline, DateTimeOffset? Forget) : Remembered(null, Forget);

/// <summary>A keyed state that is on; keyed by the route's key.</summary>
/// <param name="Since">When it began.</param>
/// <param name="Rule">The rule it began with: it ends by that one, whatever a reload brings.</param>
/// <param name="Severity">What ends it is said in the same lane, so that it cannot overtake what began it.</param>
/// <param name="Told">Everyone who was told.</param>
public sealed record Open(DateTimeOffset Since, KeyedRule Rule, Severity Severity, EquatableArray<Target> Told) : Remembered(null, null);

/// <summary>The part of a rule by which a keyed state lives and ends, as written.</summary>
public sealed record KeyedRule(EquatableArray<RulePattern> From, string? When, string? Until, string? Key, string? Resolved);

/// <summary>One <c>from:</c> pattern at rest.</summary>
public sealed record RulePattern(string Endpoint, string Pattern, bool Levels);

/// <summary>A debounced condition; keyed by the route's key. Due while it waits; after it has fired it stays until the condition is false.</summary>
/// <param name="Since">When the condition began to hold.</param>
/// <param name="Notice">What is to be said, as of the latest event; null once it has fired.</param>
public sealed record Debounced(DateTimeOffset Since, Notice? Notice, DateTimeOffset? Due) : Remembered(Due, null);

/// <summary>A cooldown; keyed by its own key.</summary>
/// <param name="Round">Tells settlements of an earlier round apart.</param>
/// <param name="Every">As the rule said when it began.</param>
/// <param name="Pending">The deliveries of this round, by number, that are not settled.</param>
/// <param name="Started">The first successful delivery; null: held by the pending ones.</param>
public sealed record CoolingDown(long Round, TimeSpan Every, EquatableArray<int> Pending, DateTimeOffset? Started, DateTimeOffset? Forget) : Remembered(null, Forget)
{
    /// <summary>The deliveries of this round, by number, that told somebody. A network may say later that one of them did not.</summary>
    public EquatableArray<int> Succeeded { get; init; }
}

/// <summary>A route's token bucket, and how many events wait for its overflow line.</summary>
/// <param name="Tokens">As of <paramref name="At"/>.</param>
/// <param name="Waiting">Events that found it empty since the last line.</param>
/// <param name="To">Who would have been told.</param>
public sealed record Bucket(double Tokens, DateTimeOffset At, int Waiting, EquatableArray<Target> To, DateTimeOffset? Due) : Remembered(Due, null)
{
    /// <summary>A full bucket after a restart hurts nobody; what waits for a line does not get lost.</summary>
    [JsonIgnore]
    public override bool IsVolatile => Waiting == 0;
}

/// <summary>One event that waits for an overflow line; keyed by its number.</summary>
public sealed record Overflowed(string Key, string Text, string Topic, DateTimeOffset At) : Remembered(null, null);

/// <summary>How often a route said the same within the breaker's window; keyed by what it said.</summary>
public sealed record Repeats(int Count, DateTimeOffset Since, DateTimeOffset? Forget) : Remembered(null, Forget)
{
    [JsonIgnore]
    public override bool IsVolatile => true;
}

/// <summary>How often words went back and forth over a link; keyed by their end and the conversation.</summary>
/// <param name="Side">Where they came from last.</param>
public sealed record Bounces(int Count, string Side, DateTimeOffset? Forget) : Remembered(null, Forget)
{
    [JsonIgnore]
    public override bool IsVolatile => true;
}

/// <summary>An edit, delete, reaction or read marker that waits for its target before the rules are asked; kept per endpoint, keyed by event.</summary>
/// <param name="Arrival">The event, stored already.</param>
/// <param name="Sequence">Its place in the order of acceptance.</param>
/// <param name="Target">What it waits for: the blind index of a native id.</param>
/// <param name="Due">When it goes out on its own.</param>
public sealed record AwaitsTarget(Arrival Arrival, long Sequence, BlindIndex Target, DateTimeOffset? Due) : Remembered(Due, null)
{
    /// <summary>Read markers have one place for each person and address.</summary>
    [JsonIgnore]
    public MemoryKey Key => Arrival.Inbound is { Event: ReceiptReported, Address: var at, Sender: var who }
        ? new MemoryKey(at.Endpoint.Value, MemoryKinds.Receipt, $"{at.Full}\n{who?.Value}")
        : KeyOf(Arrival.Inbound.Address.Endpoint, Arrival.Id);

    public static MemoryKey KeyOf(EndpointId endpoint, EventId id) => new(endpoint.Value, MemoryKinds.Relation, id.ToString());
}

/// <summary>How far somebody has read at an address of a link; keyed by both.</summary>
/// <param name="Sequence">Of the event that was read last, in the order of acceptance.</param>
public sealed record ReadUpTo(long Sequence, DateTimeOffset? Forget) : Remembered(null, Forget);

/// <summary>The highest revision of a message of a link, where its network counts them; keyed by address and message.</summary>
public sealed record Revised(int Revision, DateTimeOffset? Forget) : Remembered(null, Forget);

/// <summary>An arrival that may be, or may answer, what is being sent to its address; kept per endpoint, keyed by event.</summary>
/// <param name="Arrival">The event, stored already.</param>
/// <param name="Sequence">Its place in the order of acceptance.</param>
/// <param name="Sends">The deliveries it waits for; none: it waits behind others of its address.</param>
/// <param name="Due">When it waits no longer.</param>
public sealed record AwaitsSends(Arrival Arrival, long Sequence, EquatableArray<long> Sends, DateTimeOffset? Due) : Remembered(Due, null)
{
    [JsonIgnore]
    public MemoryKey Key => new(Arrival.Inbound.Address.Endpoint.Value, MemoryKinds.Arrival, Arrival.Id.ToString());
}

/// <summary>What the network may have from us under a name that nobody will tell us; kept per endpoint, keyed by address and words.</summary>
/// <param name="Event">The event that was sent.</param>
/// <param name="Delivery">The delivery that ended in doubt.</param>
public sealed record Doubted(EventId Event, long Delivery, DateTimeOffset? Forget) : Remembered(null, Forget)
{
    public static MemoryKey KeyOf(Address to, string words) => new(to.Endpoint.Value, MemoryKinds.Doubted, $"{to.Full}\n{words}");
}
