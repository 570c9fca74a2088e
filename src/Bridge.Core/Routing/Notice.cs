using Bridge.Abstractions;

namespace Bridge.Core.Routing;

/// <summary>What one route has to say about one event: rendered once, then owed, debounced or counted as overflow.</summary>
public sealed record Notice
{
    /// <summary>The route's key for this event.</summary>
    public required string Key { get; init; }

    /// <summary>The key of the cooldown.</summary>
    public required string CooldownKey { get; init; }

    /// <summary>Of the content: equal for identical content.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Null: the event itself (a forward).</summary>
    public BridgeEvent? Content { get; init; }

    /// <summary>The rendered text; empty for payloads and forwards.</summary>
    public string Text { get; init; } = "";

    public required EquatableArray<Target> Targets { get; init; }

    public Severity Severity { get; init; }

    /// <summary>Where the event came from.</summary>
    public Address? Source { get; init; }

    public Sender? Sender { get; init; }

    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>The event is of no use after this, whatever the rule says.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Bridges passed, this one included.</summary>
    public int Hops { get; init; }

    public override string ToString() => "(notice)";
}

/// <summary>One address that a route speaks to, with what it asks of it.</summary>
public sealed record Target(Address To, EquatableArray<Property> Options, TimeSpan? Expiry);
