using Bridge.Abstractions;
using Bridge.Core.Routing;

namespace Bridge.Core.Messages;

/// <summary>What waits for sends to its own address.</summary>
internal sealed class WaitingArrivals() : Waits<Address, AwaitsSends>(waiting => waiting.Arrival.Inbound.Address, waiting => waiting.Sequence)
{
    /// <summary>The one of that name that waits already.</summary>
    public AwaitsSends? Named(Address at, NativeId native) => For(at).FirstOrDefault(other => other.Arrival.Inbound.NativeId == native);
}
