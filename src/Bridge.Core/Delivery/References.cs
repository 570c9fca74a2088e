using Bridge.Abstractions;

namespace Bridge.Core.Delivery;

/// <summary>What an event refers to, in the destination's own naming.</summary>
/// <param name="Target">The edited, deleted, read or answered message.</param>
internal sealed record References(Target Target)
{
    /// <summary>The first words of that message; null when nobody knows them any more.</summary>
    public MessageText? Words { get; init; }

    /// <summary>The first message of its thread.</summary>
    public NativeId? Thread { get; init; }

    /// <summary>What we sent before and it takes back.</summary>
    public EquatableArray<NativeId> Earlier { get; init; }

    /// <summary>What it says in the destination's terms, where that is another kind of event: the delete of a reaction takes the reaction back.</summary>
    public BridgeEvent? Instead { get; init; }
}
