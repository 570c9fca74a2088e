using Bridge.Abstractions;
using Bridge.Core.Commands;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;

namespace Bridge.Core.Routing;

/// <summary>The rules: a pure function, the same for the daemon, <c>explain</c> and <c>test</c>.</summary>
public static class Router
{
    /// <summary>The route id of what <c>bridge send</c> owes.</summary>
    public const string SendRoute = "cli";

    /// <summary>What is owed because of an input, why, and what the rules remember of it.</summary>
    public static Decision Decide(RouteTable table, RoutingInput input, IMemory memory, DateTimeOffset now, TimeZoneInfo zone)
    {
        var draft = new Draft(table, memory, now, zone);
        switch (input)
        {
            case RoutingInput.Arrived arrived:
                Arrive(draft, arrived);
                break;
            case RoutingInput.History(var arrival, var id) when table.Links.Find(id) is { } link:
                var side = new LinkedSide(link, link.SideOfHistory(arrival.Inbound.Address));
                new LinkTurn(draft, side, new ArrivalFacts(arrival), TargetFacts.None).TakeHistory();
                break;
            case RoutingInput.TimerDue(var key):
                Wake(draft, key);
                break;
            case RoutingInput.Settled settled:
                Cooldowns.Settle(draft, settled);
                break;
            case RoutingInput.SendOnly send:
                Send(draft, send);
                break;
        }

        return draft.ToDecision();
    }

    private static void Arrive(Draft draft, RoutingInput.Arrived arrived)
    {
        var inbound = arrived.Arrival.Inbound;
        if (inbound.Historic)
        {
            // Backfill is stored and synced; no route asks for it yet.
            return;
        }

        if (arrived.Target is { IsOfAnother: true })
        {
            draft.Say("", Verdict.NotTheirs, "only who said it can change it");
            return;
        }

        Consents.Take(draft, arrived.Arrival);
        if (inbound.Event is ConversationRequested wanted)
        {
            RequestTurn.Take(draft, inbound, wanted);
        }
        else if (draft.Table.Management.Has(inbound.Address))
        {
            ManagementTurn.Take(draft, draft.Table.Management, arrived.Arrival);
        }
        else
        {
            ToLinksAndRoutes(draft, arrived);
        }
    }

    private static void ToLinksAndRoutes(Draft draft, RoutingInput.Arrived arrived)
    {
        var arrival = arrived.Arrival;
        string? final = null;
        ArrivalFacts? facts = null;

        // Links first: where a link and a route both pass it on to an address, the link's way knows more.
        foreach (var side in draft.Table.Links.Matching(arrival.Inbound.Address))
        {
            facts ??= new ArrivalFacts(arrival);
            new LinkTurn(draft, side, facts, arrived.Target ?? TargetFacts.None).Take();
        }

        foreach (var route in draft.Table.Matching(arrival.Inbound.Address))
        {
            if (final is not null && !route.IsRetired)
            {
                draft.Say(route.Id, Verdict.Stopped, $"the earlier route {final} is final and matched");
                continue;
            }

            facts ??= new ArrivalFacts(arrival);
            var matched = new Turn(draft, route, facts).Take();
            if (matched && route.Config.Final)
            {
                final = route.Id;
            }
        }
    }

    private static void Wake(Draft draft, MemoryKey key)
    {
        if (draft.Table.Find(key.Route) is not { } route)
        {
            StormBrake.Abandon(draft, key);
        }
        else if (Silences.Find(draft, key.Route) is { } silenced)
        {
            Silences.Wake(draft, key, silenced);
        }
        else if (key.Kind == MemoryKinds.Debounce)
        {
            KeyedStates.Wake(draft, route, key);
        }
        else if (key.Kind == MemoryKinds.Limit)
        {
            StormBrake.Wake(draft, route, key);
        }
    }

    private static void Send(Draft draft, RoutingInput.SendOnly send)
    {
        var inbound = send.Arrival.Inbound;
        draft.Say(SendRoute, Verdict.Sent, "bridge send asked for it; no rule was asked");
        draft.Owe(new PlannedDelivery(
            new DeliveryContent
            {
                To = People.CanonicalNumber(inbound.Address),
                Route = SendRoute,
                Severity = send.Severity,
                Options = send.Options,
                Expires = inbound.Expires,
                RetryUntil = draft.Now + TimeSpan.FromDays(1),
                Sender = inbound.Sender,
                OccurredAt = inbound.OccurredAt ?? send.Arrival.ReceivedAt,
                Hops = inbound.Hops + 1,
            },
            "bridge send"));
    }
}
