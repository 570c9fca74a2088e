using Bridge.Abstractions;
using Bridge.Core.Messages;

namespace Bridge.Core.Routing;

/// <summary>What the rules are asked about: a closed hierarchy.</summary>
public abstract record RoutingInput
{
    private RoutingInput()
    {
    }

    /// <summary>Something happened.</summary>
    /// <param name="Arrival">The event.</param>
    /// <param name="Target">What is known of the event it refers to; null: nothing.</param>
    public sealed record Arrived(Arrival Arrival, TargetFacts? Target = null) : RoutingInput;

    /// <summary>Something that was said before a portal or a link was made, and is brought over first.</summary>
    /// <param name="Link">The link.</param>
    public sealed record History(Arrival Arrival, string Link) : RoutingInput;

    /// <summary>Something remembered is due.</summary>
    public sealed record TimerDue(MemoryKey Key) : RoutingInput;

    /// <summary>A delivery that holds a cooldown came to its end.</summary>
    /// <param name="Hold">As it stood in the delivery.</param>
    public sealed record Settled(string Route, string Hold, bool Delivered) : RoutingInput;

    /// <summary><c>bridge send</c>: no rule is asked.</summary>
    /// <param name="Arrival">The event, at the address it is sent to.</param>
    public sealed record SendOnly(Arrival Arrival, Severity Severity, EquatableArray<Property> Options) : RoutingInput;
}

/// <summary>What is known of the event that an edit, delete, reaction or receipt refers to.</summary>
/// <param name="IsReaction">True when it is a reaction: to delete it takes the reaction back.</param>
/// <param name="Sequence">Its place in the order of acceptance; 0: not known here.</param>
/// <param name="IsDeleted">True when it was deleted before.</param>
/// <param name="IsOfAnother">True when an edit is not by who said it, or nobody knows any more who did.</param>
public sealed record TargetFacts(bool IsReaction = false, long Sequence = 0, bool IsDeleted = false, bool IsOfAnother = false)
{
    public static TargetFacts None { get; } = new();
}
