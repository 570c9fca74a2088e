using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Sync;

namespace Bridge.Core.Routing;

/// <summary>
/// Somebody began a conversation with the stand-in of a person of another network: it becomes that person's portal, as if he had asked for one and named it.
/// Only who may start a chat is answered in words.
/// </summary>
internal static class RequestTurn
{
    /// <summary>The route id where no link has a part in it.</summary>
    public const string Route = "start-chat";

    private static readonly TimeSpan s_life = TimeSpan.FromDays(1);

    public static void Take(Draft draft, Inbound inbound, ConversationRequested wanted)
    {
        var (link, with) = Find(draft, inbound.Address, wanted);
        if (Asker(draft, inbound, link) is not { } asker)
        {
            Answer(draft, inbound, link, new ConversationAnswered(with, At: null), "who asks may not start a chat (access.roles, or 'invite' of the link)");
        }
        else if (link is null)
        {
            Answer(draft, inbound, link, Nowhere(with, "no link makes a conversation of the two networks"), "no link makes a portal for it");
        }
        else
        {
            Start(draft, inbound, link, with, asker);
        }
    }

    /// <summary>What is owed to the place where it was asked.</summary>
    public static DeliveryContent ContentOf(ConversationAnswered answer, Address to, string route, Sender? asker, DateTimeOffset now) => new()
    {
        To = to,
        Route = route,
        Content = answer,
        Expires = now + s_life,
        RetryUntil = now + s_life,
        Source = answer.With,
        Sender = asker,
        OccurredAt = now,
        Hops = 1,
    };

    private static void Start(Draft draft, Inbound inbound, CompiledLink link, Address with, PersonConfig asker)
    {
        var here = inbound.Address;
        var at = Portal.KeyOf(link.Id, link.Canonical(with));
        if (draft.Find<Portal>(at)?.Near is { } there)
        {
            Answer(draft, inbound, link, new ConversationAnswered(with, there), there == here ? "it is the portal already" : "the portal is elsewhere");
        }
        else if (PortalStart.NotThere(draft, link, here, at) is { Refusal: { } refusal })
        {
            Answer(draft, inbound, link, Nowhere(with, refusal.Why), refusal.Why);
        }
        else
        {
            var place = new Address(here.Endpoint, inbound.Sender!.Value);
            PortalStart.Ask(draft, link, at, new Steer.StartPortal(with, link.Id, Asker: place) { By = asker.Id, Offer = new ConversationOffer(here, with) });
        }
    }

    /// <summary>The first link that can make it; otherwise none, and the first way to read whom it is for.</summary>
    private static (CompiledLink? Link, Address With) Find(Draft draft, Address here, ConversationRequested wanted)
    {
        foreach (var link in draft.Table.Links.Links.Where(link => link.Portal is not null && LinkTable.Covers(link.Between[0], here)))
        {
            foreach (var with in wanted.With.Where(with => LinkTable.Covers(link.Between[1], with) && !Placeholder.Is(with)))
            {
                return (draft.Table.Links.Find(link.Id), with);
            }
        }

        return (null, wanted.With[0]);
    }

    /// <summary>Null when he may not ask.</summary>
    private static PersonConfig? Asker(Draft draft, Inbound inbound, CompiledLink? link)
    {
        var management = draft.Table.Management;
        return inbound.Sender is { IsBot: false } && management.Who(inbound.Address.Endpoint, inbound.Sender) is { } person
            && (management.RightOf(inbound.Address.Endpoint, inbound.Sender) >= AccessRight.Operate || link?.Config.Portal?.Invite.Contains(person.Id) == true)
            ? person
            : null;
    }

    private static ConversationAnswered Nowhere(Address with, string why) => new(with, At: null, new MessageText(why));

    private static void Answer(Draft draft, Inbound inbound, CompiledLink? link, ConversationAnswered answer, string because)
    {
        var route = link?.Id ?? Route;
        draft.Say(route, answer.At is null ? Verdict.NotMatched : Verdict.Sent, because);
        draft.Owe(new PlannedDelivery(ContentOf(answer, inbound.Address, route, inbound.Sender, draft.Now), because));
    }
}
