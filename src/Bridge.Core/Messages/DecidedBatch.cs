using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Messages;

/// <summary>What was decided together, and commits together.</summary>
internal sealed class DecidedBatch
{
    /// <summary>Who waits for it, in order of acceptance.</summary>
    public List<LoopInput> Inputs { get; } = [];

    /// <summary>Stored events with their numbers and reasons.</summary>
    public List<NumberedEvent> Events { get; } = [];

    public List<NumberedDelivery> Deliveries { get; } = [];

    /// <summary>What was decided about events stored before.</summary>
    public List<LateDecision> Decisions { get; } = [];

    public List<(EndpointId Endpoint, StateChange Change)> State { get; } = [];

    /// <summary>Changes that stand as they are.</summary>
    public List<StoreChange> Clear { get; } = [];

    /// <summary>What networks report about earlier deliveries, in order.</summary>
    public List<DeliveryReported> Reports { get; } = [];

    /// <summary>The history that is wanted once it is durable that it is waited for.</summary>
    public List<HistoryWanted> Wanted { get; } = [];

    /// <summary>What the rules' memory held, under each key the batch changed, before it.</summary>
    public Dictionary<MemoryKey, Remembered?> Before { get; } = [];

    /// <summary>The rules before the batch, when it changed them.</summary>
    public (Rules Rules, RouteTable Table, TimeZoneInfo Zone)? RulesBefore { get; set; }

    /// <summary>What the store is to remember of it; made when the batch is closed.</summary>
    public List<MemoryChange> Memory { get; } = [];

    public List<BlindIndex> Claims { get; } = [];

    /// <summary>All of it, sealed, in the order of <see cref="BatchSealer.Seal"/>.</summary>
    public IReadOnlyList<StoreChange> Changes { get; set; } = [];

    public bool IsEmpty => Inputs.Count == 0 && Events.Count == 0 && Before.Count == 0;

    /// <summary>Why it could not be decided to its end; null when it could.</summary>
    public Exception? Fault { get; set; }

    /// <summary>However often a key changed, the store hears of the last value; of what a restart may forget it hears nothing.</summary>
    public void Close(RulesMemory memory)
    {
        foreach (var (key, before) in Before)
        {
            var now = memory.Find(key) is { IsVolatile: false } durable ? durable : null;
            var stored = before is { IsVolatile: false };
            if (now is not null || stored)
            {
                Memory.Add(new MemoryChange(key, now));
            }
        }
    }

    /// <summary>What delivery takes over, once it is durable.</summary>
    public List<QueuedDelivery> Owed()
    {
        var owed = new List<QueuedDelivery>(Deliveries.Count);
        for (var index = 0; index < Deliveries.Count; index++)
        {
            var row = ((StoreChange.AddDelivery)Changes[Events.Count + index]).Row;
            owed.Add(new QueuedDelivery(row, Deliveries[index].Content, Deliveries[index].Event));
        }

        return owed;
    }

    public void Complete()
    {
        foreach (var input in Inputs)
        {
            input.Complete();
        }
    }
}

internal sealed record NumberedEvent(long Sequence, Arrival Arrival, Decision Decision);

internal sealed record NumberedDelivery(DeliveryId Id, Arrival Event, DeliveryContent Content);

internal sealed record LateDecision(Arrival Arrival, Decision Decision);
