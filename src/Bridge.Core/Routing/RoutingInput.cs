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
    public sealed record Arrived(Arrival Arrival) : RoutingInput;

    /// <summary>Something remembered is due.</summary>
    public sealed record TimerDue(MemoryKey Key) : RoutingInput;

    /// <summary>A delivery that holds a cooldown came to its end.</summary>
    /// <param name="Hold">As it stood in the delivery.</param>
    public sealed record Settled(string Route, string Hold, bool Delivered) : RoutingInput;

    /// <summary><c>bridge send</c>: no rule is asked.</summary>
    /// <param name="Arrival">The event, at the address it is sent to.</param>
    public sealed record SendOnly(Arrival Arrival, Severity Severity, EquatableArray<Property> Options) : RoutingInput;
}
