using System.Text.Json.Serialization;
using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Routing;

namespace Bridge.Core.Sync;

/// <summary>A conversation that stands for one at the far side of a link; remembered per link, keyed by the canonical far address.</summary>
/// <param name="Name">Its key: names it in requests and in its placeholder.</param>
/// <param name="Far">Where its far side speaks and is spoken to now.</param>
/// <param name="Near">Where it is; null until it was made.</param>
/// <param name="Wish">What it is to be like; null once it was made.</param>
/// <param name="Held">How many events wait behind its history.</param>
/// <param name="Due">When it waits for its history no longer; null: it does not wait.</param>
public sealed record Portal(string Name, Address Far, Address? Near, PortalWish? Wish, int Held = 0, DateTimeOffset? Due = null) : Beginning(Held, Due)
{
    public static MemoryKey KeyOf(string link, Address canonicalFar) => new(link, MemoryKinds.Portal, canonicalFar.Full);

    /// <summary>Where people talk to it: also in a conversation that is only offered, before the stand-in is there.</summary>
    [JsonIgnore]
    public Address? HeardAt => Near ?? Wish?.Offer?.At;

    protected override string HeldName(MemoryKey at) => Name;
}

/// <summary>What a conversation that is to be made is to be like.</summary>
/// <param name="Asker">Who asked for it, as its network names him, and is to be in it too; null: nobody did.</param>
/// <param name="Offer">The conversation that he began for it; null: none.</param>
public sealed record PortalWish(MessageText? Name, BlobId? Picture, bool IsDirect, Sender? Asker = null, ConversationOffer? Offer = null);

/// <summary>An event that waits until the history of its portal or link was brought over: that comes first.</summary>
/// <param name="Arrival">The event, stored already.</param>
/// <param name="Content">What is owed then.</param>
public sealed record AwaitsHistory(Arrival Arrival, DeliveryContent Content) : Remembered(null, null);

