using Bridge.Abstractions;

namespace Bridge.Core.Routing;

/// <summary>What a person asks of the rules at run time: a closed hierarchy. What comes of it is a part of their memory, sealed and durable.</summary>
public abstract record Steer
{
    private Steer()
    {
    }

    /// <summary>Who asks: one of the people, a token, or the command line.</summary>
    public required string By { get; init; }

    /// <summary>Keeps conversations the same from now on.</summary>
    /// <param name="Label">A template; null: none.</param>
    public sealed record Link(EquatableArray<Address> Between, MessageText? Label = null) : Steer;

    /// <summary>Ends a link that was made at run time.</summary>
    public sealed record Unlink(string Id) : Steer;

    /// <summary>Gives a link that was made at run time a label; an empty one takes it away.</summary>
    public sealed record SetLabel(string Id, MessageText Label) : Steer;

    /// <summary>Keeps a route or a link quiet for a while.</summary>
    public sealed record Silence(string Id, TimeSpan For) : Steer;

    /// <summary>Lets it speak again.</summary>
    public sealed record EndSilence(string Id) : Steer;

    /// <summary>Lets an address be written to again that asked not to be.</summary>
    public sealed record LiftOptOut(Address At) : Steer;

    /// <summary>Makes the portal of a conversation at the far side of a link.</summary>
    /// <param name="Through">The link; null: the only one that makes portals for it.</param>
    /// <param name="Near">A conversation that is there already, and is to be the portal; null: one is made.</param>
    /// <param name="Asker">Who asks, as a network names him: where the portal is on that network he is in it, beside those whom the link invites.</param>
    public sealed record StartPortal(Address Far, string? Through = null, Address? Near = null, Address? Asker = null) : Steer
    {
        /// <summary>A conversation that the asker began for it on his network; null: none.</summary>
        public ConversationOffer? Offer { get; init; }
    }
}

/// <summary>What became of a <see cref="Steer"/>: done and durable, or refused and nothing has changed.</summary>
/// <param name="Id">Of the link, the route, or the portal.</param>
/// <param name="IsNew">False when it was so already.</param>
public sealed record SteerAnswer(string Id, bool IsNew)
{
    /// <summary>The event under which <c>trace</c> tells how the conversation of a portal is made; null: nothing had to be made.</summary>
    public EventId? Event { get; init; }

    /// <summary>Null when it was done.</summary>
    public SteerRefusal? Refusal { get; init; }

    internal static SteerAnswer Refused(string why, string cure) => new("", false) { Refusal = new SteerRefusal(why, cure, IsUnknown: false) };

    internal static SteerAnswer Unknown(string why, string cure) => new("", false) { Refusal = new SteerRefusal(why, cure, IsUnknown: true) };
}

/// <summary>Why it was not done. May quote addresses, so it goes to who asked and nowhere else.</summary>
/// <param name="Cure">What to do instead.</param>
/// <param name="IsUnknown">True when what it names is not there.</param>
public sealed record SteerRefusal(string Why, string Cure, bool IsUnknown)
{
    /// <summary>Not the words: they may name addresses.</summary>
    public override string ToString() => $"({nameof(SteerRefusal)})";
}
