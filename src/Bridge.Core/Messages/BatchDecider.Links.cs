using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Routing;
using Bridge.Core.Sync;

namespace Bridge.Core.Messages;

// What links need beyond the rules: portals that were made, and outcomes that are told.
internal sealed partial class BatchDecider
{
    private static readonly TimeSpan s_outcomeLife = TimeSpan.FromDays(1);

    /// <summary>Somebody types: whoever is linked sees it now, or nobody does.</summary>
    private void PassOn(Arrival arrival)
    {
        var passed = Table.Links.Has(arrival.Inbound.Address) ? Decide(new RoutingInput.Arrived(arrival)).Deliveries : [];
        foreach (var content in passed.Select(planned => planned.Content))
        {
            if (!Placeholder.Is(content.To))
            {
                ports.Passed(content, arrival);
            }
            else if (overlay.Memory.PortalNamed(Placeholder.KeyOf(content.To)) is (_, { Near: { } near }))
            {
                ports.Passed(content with { To = near }, arrival);
            }
        }

        if (passed.Count == 0)
        {
            telemetry.TypingNotRouted(arrival.Inbound.Address.Endpoint);
        }
    }

    private void Open(DecidedBatch batch, LoopInput.Opened opened)
    {
        if (overlay.Memory.PortalNamed(opened.Name) is (var key, { Near: null } portal))
        {
            overlay.Apply(batch, [new MemoryChange(key, portal with { Near = opened.Near, Wish = null })]);
            if (portal.Wish is { Offer: { } offer, Asker: var asker } && offer.At != opened.Near)
            {
                // The stand-in could not come in, or the conversation was made while it was asked.
                const string Because = "the conversation is elsewhere";
                var answer = new ConversationAnswered(offer.With, opened.Near);
                var planned = new PlannedDelivery(RequestTurn.ContentOf(answer, offer.At, key.Route, asker, clock.GetUtcNow()), Because);
                var arrival = new Arrival(EventId.New(clock), new Inbound { Address = offer.At, Event = answer }, clock.GetUtcNow(), Origin.Bridge);
                Store(batch, arrival, new Decision([new RouteVerdict(key.Route, Verdict.Sent, Because)], [planned], []));
            }
        }
    }

    /// <summary>An event of Bridge's own where the message came from: owed like any other, shown to no rule, and never told about itself.</summary>
    private async ValueTask TellAsync(DecidedBatch batch, Settlement settlement, ToldOutcome outcome)
    {
        var marker = sealer.OutcomeOf(outcome.Delivery, outcome.Outcome);
        if (overlay.Claimant(marker) is not null
            || await _store.FindNativeAsync(marker, CancellationToken.None) is not null
            || await _store.FindEventAsync(settlement.Event, CancellationToken.None) is not { BodyExpired: false } row
            || sealer.OpenArrival(row) is not { Inbound: { NativeId: { } native } inbound })
        {
            return;
        }

        var now = clock.GetUtcNow();
        var told = new Inbound { Address = inbound.Address, Event = new OutcomeTold(native, outcome.Outcome, outcome.Why) };
        var arrival = new Arrival(EventId.New(clock), told, now, Origin.Bridge);
        var content = new DeliveryContent
        {
            To = inbound.Address,
            Route = settlement.Route,
            RetryUntil = now + s_outcomeLife,
            OccurredAt = now,
            Hops = 1,
        };
        var because = $"{outcome.Outcome.ToString().ToLowerInvariant()}: delivery {outcome.Delivery} of event {settlement.Event}";
        Claim(batch, marker, arrival.Id);
        Store(batch, arrival, new Decision([new RouteVerdict(settlement.Route, Verdict.Sent, because)], [new PlannedDelivery(content, because)], []));
        telemetry.OutcomeTold(inbound.Address.Endpoint, outcome.Outcome);
    }
}
