using Bridge.Abstractions;
using Bridge.Core.Routing;

namespace Bridge.Core.Messages;

/// <summary>Where everything that happens enters: stamps id, clock and origin, and hands over to the one decision loop.</summary>
public sealed class Intake(DecisionLoop loop, TimeProvider clock)
{
    /// <summary>
    /// Enqueues before it returns; never blocks, as the caller's window bounds what it hands over. Completes when everything is durable, with one
    /// id per event: its own, or that of the event it repeats. A failed task means that nothing was stored, nor what names it as its elder.
    /// </summary>
    public Task<IReadOnlyList<EventId>> AcceptAsync(EndpointId endpoint, InboundBatch batch, Origin origin, Task? elder = null)
    {
        var arrivals = new Arrival[batch.Events.Count];
        var now = clock.GetUtcNow();
        for (var index = 0; index < arrivals.Length; index++)
        {
            arrivals[index] = new Arrival(batch.Events[index].Id ?? EventId.New(clock), FormatDepth.Bounded(batch.Events[index]), now, origin);
        }

        var input = new LoopInput.Accepted(endpoint, arrivals, batch.State) { Elder = elder };
        loop.Enqueue(input);
        return input.Done.Task;
    }

    /// <summary>Delivers to one address; no rule is asked. Completes when the event and its delivery are durable.</summary>
    public async Task<EventId> SendAsync(Address to, BridgeEvent content, Severity severity = Severity.Notice, EquatableArray<Property> options = default)
    {
        var inbound = new Inbound { Address = to, Event = content };
        var arrival = new Arrival(EventId.New(clock), FormatDepth.Bounded(inbound), clock.GetUtcNow(), Origin.Cli);
        var input = new LoopInput.Sent(new RoutingInput.SendOnly(arrival, severity, options));
        loop.Enqueue(input);
        await input.Done.Task;
        return arrival.Id;
    }
}
