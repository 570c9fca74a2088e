using Bridge.Abstractions;
using Bridge.Core.Routing;

namespace Bridge.Core.Messages;

// What people ask of the rules at run time: decided between two events, durable with its batch.
internal sealed partial class BatchDecider
{
    private void Steer(DecidedBatch batch, LoopInput.Steered input)
    {
        var draft = new Draft(Table, overlay.Memory, clock.GetUtcNow(), Zone);
        var answer = Steering.Take(draft, input.Steer);
        var decision = draft.ToDecision();
        if (decision.Deliveries is [var first, ..])
        {
            // The conversation itself is owed: an event of Bridge's own at the far side, so that trace tells how it is made.
            var inbound = new Inbound { Address = first.Content.Source!.Value, Event = new ConversationChanged(Name: null) };
            var arrival = new Arrival(EventId.New(clock), inbound, draft.Now, Origin.Bridge);
            Store(batch, arrival, decision);
            answer = answer with { Event = arrival.Id };
        }
        else
        {
            overlay.Apply(batch, decision.Memory);
        }

        if (decision.Memory.Any(change => change.Key.Kind == MemoryKinds.Link))
        {
            batch.RulesBefore ??= (_rules, Table, Zone);
            Use(_rules, Zone, Table.Generation);
        }

        input.Answer = answer;
        telemetry.Steered(input.Steer.GetType().Name, answer.Refusal is null);
    }
}
