using Bridge.Abstractions;
using Bridge.Core.Routing;

namespace Bridge.Core.Sync;

/// <summary>A conversation that stands for one at the far side of a link; remembered per link, keyed by the canonical far address.</summary>
/// <param name="Name">Its key: names it in requests and in its placeholder.</param>
/// <param name="Far">Where its far side speaks and is spoken to now.</param>
/// <param name="Near">Where it is; null until it was made.</param>
/// <param name="Wish">What it is to be like; null once it was made.</param>
/// <param name="Due">When the wait for its history ends; null: it does not wait.</param>
public sealed record Portal(string Name, Address Far, Address? Near, PortalWish? Wish, DateTimeOffset? Due = null) : Remembered(Due, null)
{
    public static MemoryKey KeyOf(string link, Address canonicalFar) => new(link, MemoryKinds.Portal, canonicalFar.Full);
}

/// <summary>What a conversation that is to be made is to be like.</summary>
public sealed record PortalWish(MessageText? Name, BlobId? Picture, bool IsDirect);
