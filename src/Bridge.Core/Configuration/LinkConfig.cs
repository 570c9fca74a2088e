using Bridge.Abstractions;
using Bridge.Core.Expressions;

namespace Bridge.Core.Configuration;

/// <summary>A two-way sync of conversations as written, with defaults applied and every expression compiled. See config-language: links.</summary>
public sealed record LinkConfig
{
    public required string Id { get; init; }

    public required SourcePosition Position { get; init; }

    /// <summary>Two or more; of a portal link exactly two patterns, that of the side where conversations are made first.</summary>
    public required EquatableArray<LinkSide> Between { get; init; }

    /// <summary>Null: what is said is carried always.</summary>
    public Expression? When { get; init; }

    /// <summary>The people who may send through it; empty: everybody.</summary>
    public EquatableArray<string> By { get; init; }

    /// <summary>Null: the addresses are fixed.</summary>
    public PortalConfig? Portal { get; init; }

    /// <summary>Put before a text where the far side cannot show who speaks; null: nothing.</summary>
    public Template? Label { get; init; }

    public DeletePolicy Deletes { get; init; }

    public bool Receipts { get; init; } = true;

    public bool Typing { get; init; } = true;

    /// <summary>The largest attachment that is carried, in bytes; null: what the far side takes.</summary>
    public long? MaxMedia { get; init; }

    /// <summary>How many earlier messages of each fixed address are brought to the others when the link is new.</summary>
    public int History { get; init; }

    /// <summary>True when messages of bots are carried too.</summary>
    public bool IncludeBots { get; init; }

    /// <summary>How long a delivery may wait; null: no end but <see cref="RetryConfig.For"/>.</summary>
    public TimeSpan? Expiry { get; init; }

    public RetryConfig Retry { get; init; } = new();

    /// <summary>Null: it stands in the configuration.</summary>
    public MadeAtRunTime? Made { get; init; }
}

/// <summary>A person made it while Bridge ran.</summary>
/// <param name="Since">When.</param>
/// <param name="By">Who.</param>
public sealed record MadeAtRunTime(DateTimeOffset Since, string By);

/// <summary>One entry of <c>between</c>.</summary>
/// <param name="Endpoint">The endpoint's name.</param>
/// <param name="Rest">The rest of the address; in a portal link what every address of the side begins with.</param>
/// <param name="IsPattern">True when it was written with a final <c>*</c>.</param>
public sealed record LinkSide(EndpointId Endpoint, string Rest, bool IsPattern)
{
    /// <summary>A fixed address.</summary>
    public Address Address => new(Endpoint, Rest);

    /// <summary>The pattern by which the endpoint is asked to listen.</summary>
    public string Pattern => IsPattern ? Rest + "*" : Rest;

    public override string ToString() => $"{Endpoint}:{Pattern}";
}

/// <summary>How conversations come to be.</summary>
public sealed record PortalConfig
{
    public PortalCreation Create { get; init; }

    /// <summary>Ids of the people who are in every conversation that is made.</summary>
    public EquatableArray<string> Invite { get; init; }

    /// <summary>What a conversation is called; null: as the far side calls it.</summary>
    public Template? Name { get; init; }

    /// <summary>How many earlier messages are brought over first.</summary>
    public int Backfill { get; init; }
}

/// <summary>When a conversation is made.</summary>
public enum PortalCreation
{
    /// <summary>With the first message from the far side.</summary>
    OnMessage,

    /// <summary>When a person asks for it.</summary>
    OnRequest,
}

/// <summary>Where a delete goes.</summary>
public enum DeletePolicy
{
    /// <summary>To the owner's own devices.</summary>
    Devices,

    /// <summary>Across networks too.</summary>
    Everywhere,

    /// <summary>Nowhere.</summary>
    Never,
}
