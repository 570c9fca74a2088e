using Bridge.Core.Routing;
using Bridge.Core.Storage;

namespace Bridge.Core.Messages;

/// <summary>What waits for the message that it refers to.</summary>
internal sealed class WaitingRelations() : Waits<BlindIndex, AwaitsTarget>(waiting => waiting.Target, waiting => waiting.Sequence)
{
    public IReadOnlyList<AwaitsTarget> DueBy(DateTimeOffset now) => [.. All.Where(waiting => waiting.Due <= now)];
}
