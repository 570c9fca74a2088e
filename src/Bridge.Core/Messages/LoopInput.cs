using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Messages;

/// <summary>What waits for the decision loop: a closed hierarchy.</summary>
internal abstract class LoopInput
{
    private LoopInput()
    {
    }

    /// <summary>What the same endpoint handed over before it. Where that failed, this may not be stored: it would stand before what the network sends again.</summary>
    public Task? Elder { get; init; }

    /// <summary>Nothing of it is stored.</summary>
    public abstract void Fail(Exception reason);

    /// <summary>Everything of it is durable.</summary>
    public abstract void Complete();

    /// <summary>A batch of an endpoint or of the CLI.</summary>
    public sealed class Accepted(EndpointId endpoint, IReadOnlyList<Arrival> arrivals, IReadOnlyList<StateChange> state) : LoopInput
    {
        public EndpointId Endpoint { get; } = endpoint;

        public IReadOnlyList<Arrival> Arrivals { get; } = arrivals;

        public IReadOnlyList<StateChange> State { get; } = state;

        /// <summary>What the caller is told: ids of the events, or of those they repeat.</summary>
        public EventId[] Ids { get; } = [.. arrivals.Select(arrival => arrival.Id)];

        public TaskCompletionSource<IReadOnlyList<EventId>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Fail(Exception reason) => Done.TrySetException(reason);

        public override void Complete() => Done.TrySetResult(Ids);
    }

    /// <summary>Something without an answer but its end.</summary>
    public abstract class Awaited : LoopInput
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Fail(Exception reason) => Done.TrySetException(reason);

        public override void Complete() => Done.TrySetResult();
    }

    /// <summary><c>bridge send</c>.</summary>
    public sealed class Sent(RoutingInput.SendOnly send) : Awaited
    {
        public RoutingInput.SendOnly Send { get; } = send;
    }

    /// <summary>A delivery that holds a cooldown came to its end.</summary>
    public sealed class Settled(Settlement settlement) : Awaited
    {
        public Settlement Settlement { get; } = settlement;

        public RoutingInput.Settled Input { get; } = new(settlement.Route, settlement.Hold, settlement.Delivered);
    }

    /// <summary>Native ids of what was sent are known and durable. Should it get lost, the store is asked.</summary>
    public sealed class Claimed(IReadOnlyList<NativeClaim> claims) : LoopInput
    {
        public IReadOnlyList<NativeClaim> Claims { get; } = claims;

        public override void Fail(Exception reason)
        {
        }

        public override void Complete()
        {
        }
    }

    /// <summary>A person asks something of the rules at run time.</summary>
    public sealed class Steered(Steer steer) : LoopInput
    {
        public Steer Steer { get; } = steer;

        public SteerAnswer? Answer { get; set; }

        public TaskCompletionSource<SteerAnswer> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Fail(Exception reason) => Done.TrySetException(reason);

        public override void Complete() => Done.TrySetResult(Answer!);
    }

    /// <summary>A send that an arrival waits for is not under way any more. Should it get lost, the arrival looks again itself.</summary>
    public sealed class Landed(Address to) : LoopInput
    {
        public Address To { get; } = to;

        public override void Fail(Exception reason)
        {
        }

        public override void Complete()
        {
        }
    }

    /// <summary>The conversation of a portal was made.</summary>
    public sealed class Opened(string name, Address near) : Awaited
    {
        public string Name { get; } = name;

        public Address Near { get; } = near;
    }

    /// <summary>What was said before a portal or a link was made.</summary>
    public sealed class Backfilled(MemoryKey by, HistoryFound history) : Awaited
    {
        public MemoryKey By { get; } = by;

        public HistoryFound History { get; } = history;
    }

    /// <summary>New rules, from here on.</summary>
    public sealed class Reloaded(Rules rules, TimeZoneInfo zone, int generation) : Awaited
    {
        public Rules Rules { get; } = rules;

        public TimeZoneInfo Zone { get; } = zone;

        public int Generation { get; } = generation;

        /// <summary>Where the states listen that are open at this moment.</summary>
        public IReadOnlyList<RulePattern> OpenPatterns { get; set; } = [];
    }

    /// <summary>A question about the rules' memory as it stands.</summary>
    public sealed class Asked(Action<RouteTable, RulesMemory, TimeZoneInfo> question) : Awaited
    {
        public Action<RouteTable, RulesMemory, TimeZoneInfo> Question { get; } = question;
    }
}
