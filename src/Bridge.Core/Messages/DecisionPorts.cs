using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Messages;

/// <summary>What the decision loop works with and hands over to.</summary>
/// <param name="Owed">Takes committed deliveries, in order; must not block.</param>
/// <param name="Reported">Takes what networks report; completes when it is durable.</param>
public sealed record DecisionPorts(
    IStore Store, StoreWriter Writer, Sealer Sealer, Action<IReadOnlyList<QueuedDelivery>> Owed, Func<DeliveryReported, Task> Reported)
{
    /// <summary>Reads the history of a portal or link and says it with <see cref="DecisionLoop.BackfilledAsync"/>; must not block.</summary>
    public Action<HistoryWanted> HistoryWanted { get; init; } = _ => { };

    /// <summary>What an address that speaks can carry; null when nobody knows.</summary>
    public Func<Address, EndpointCapabilities?> CapabilitiesOf { get; init; } = _ => null;

    /// <summary>Takes what is passed on and never stored (typing); must not block.</summary>
    public Action<DeliveryContent, Arrival> Passed { get; init; } = (_, _) => { };
}
