using Bridge.Abstractions;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Messages;

/// <summary>
/// Where a reaction is found again by what it is: some networks take one back without naming it. The same one may come and go several times, so that each
/// coming has a number.
/// </summary>
internal static class ReactionIndex
{
    /// <summary>How often the same reaction of one person to one message is told apart.</summary>
    public const int Most = 16;

    public static BlindIndex Of(Sealer sealer, Address address, ReactionChanged reaction, Sender? sender, int times) =>
        sealer.Index("reaction", $"{address.Full}\n{reaction.Target.Value}\n{sender?.Value}\n{reaction.Reaction.Value}\n{times}");
}
