using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Sync;

namespace Bridge.Core.Routing;

/// <summary>Makes a portal because a person asks for it, before anything is said: what is owed then is the conversation itself.</summary>
internal static class PortalStart
{
    public static SteerAnswer Take(Draft draft, Steer.StartPortal wish)
    {
        var links = draft.Table.Links.Links
            .Where(link => link.Portal is not null && (wish.Through is null || link.Id == wish.Through) && LinkTable.Covers(link.Between[1], wish.Far))
            .ToList();
        if (links is not [var config] || Placeholder.Is(wish.Far))
        {
            return NotOne(draft, wish, links);
        }

        var link = draft.Table.Links.Find(config.Id)!;
        var at = Portal.KeyOf(link.Id, link.Canonical(wish.Far));
        return ((wish.Near is { } named ? NotThere(draft, link, named, at) : null) ?? Made(draft, at, wish)) is { } answer ? answer
            : wish.Near is { } near ? Adopt(draft, link, at, wish.Far, near)
            : Ask(draft, link, at, wish);
    }

    private static SteerAnswer NotOne(Draft draft, Steer.StartPortal wish, List<LinkConfig> links)
    {
        if (links.Count > 1)
        {
            return SteerAnswer.Refused($"{links.Count} links make portals for {wish.Far.Full}", $"name one: {string.Join(", ", links.Select(link => link.Id))}");
        }

        if (wish.Through is { } id && draft.Table.Links.Find(id)?.Config is not { Portal: not null })
        {
            return draft.Table.Links.Find(id) is null
                ? SteerAnswer.Unknown("there is no link of that name", Suggestion.For(id, draft.Table.Links.Links.Select(link => link.Id)) ?? "list the links to see their names")
                : SteerAnswer.Refused($"link {id} makes no portals: its addresses are fixed", "name a link with '*'");
        }

        return SteerAnswer.Refused(
            $"no link makes a portal for {wish.Far.Full}",
            draft.Table.Links.Links.Where(link => link.Portal is not null).Select(link => link.Between[1].ToString()).Distinct().ToList() is [_, ..] patterns
                ? $"there are portals for {string.Join(" and ", patterns)}"
                : "write a link with '*' at both sides into the configuration");
    }

    /// <summary>Why a conversation cannot be the portal; null when it can.</summary>
    public static SteerAnswer? NotThere(Draft draft, CompiledLink link, Address near, MemoryKey at) =>
        !LinkTable.Covers(link.Near, near) || Placeholder.Is(near)
            ? SteerAnswer.Refused($"the portals of link {link.Id} are at {link.Near}", "name a conversation there")
        : draft.Table.Management.Has(near) ? SteerAnswer.Refused($"{near.Full} is a management conversation: nothing said there is carried", "name another conversation")
        : draft.PortalAt(near) is { } taken && taken != at ? SteerAnswer.Refused($"{near.Full} is a portal of link {taken.Route} already", "name another conversation")
        : draft.Table.Links.Matching(near).FirstOrDefault(side => side.Link.Config.Portal is null) is { } other
            ? SteerAnswer.Refused($"{near.Full} is in link {other.Link.Id} already", "name another conversation")
        : null;

    /// <summary>What there is of it; null when it is yet to be made.</summary>
    private static SteerAnswer? Made(Draft draft, MemoryKey at, Steer.StartPortal wish) =>
        draft.Find<Portal>(at) is not { Near: { } there } portal ? null
        : wish.Near is { } near && near != there ? SteerAnswer.Refused($"the portal for {wish.Far.Full} is {there.Full}", "use that one")
        : new SteerAnswer(portal.Name, IsNew: false);

    private static SteerAnswer Adopt(Draft draft, CompiledLink link, MemoryKey at, Address far, Address near)
    {
        var portal = draft.Find<Portal>(at) ?? New(draft, link, far, wish: null);
        draft.Remember(at, portal with { Near = near, Wish = null });
        return new SteerAnswer(portal.Name, IsNew: true);
    }

    /// <summary>Owes the conversation itself.</summary>
    public static SteerAnswer Ask(Draft draft, CompiledLink link, MemoryKey at, Steer.StartPortal start)
    {
        var known = draft.Find<Portal>(at);
        var portal = known ?? New(draft, link, start.Far, WishOf(draft, link, start));
        if (start.Offer is { } offer)
        {
            portal = portal with { Wish = (portal.Wish ?? WishOf(draft, link, start)) with { Asker = AskerOf(link, start), Offer = offer } };
        }

        if (known != portal)
        {
            draft.Remember(at, portal);
        }

        var because = $"started by {start.By}";
        draft.Say(link.Id, Verdict.Sent, because);
        draft.Owe(new PlannedDelivery(
            new DeliveryContent
            {
                To = Placeholder.Of(link.Near.Endpoint, portal.Name),
                Route = link.Id,
                Content = new ConversationChanged(Name: null),
                Source = portal.Far,
                RetryUntil = draft.Now + link.Config.Retry.For,
                OccurredAt = draft.Now,
                Hops = 1,
            },
            because));
        return new SteerAnswer(portal.Name, known is null);
    }

    private static Portal New(Draft draft, CompiledLink link, Address far, PortalWish? wish) => new(
        draft.Table.Links.PortalKey(link.Id, link.Canonical(far)), far, Near: null, wish, Due: wish is null ? null : Portals.HistoryUntil(draft, link));

    // Nobody has spoken yet: the conversation is called after the person, or as its address says.
    private static PortalWish WishOf(Draft draft, CompiledLink link, Steer.StartPortal start)
    {
        var person = link.People.At(start.Far);
        var title = person?.Id ?? start.Far.Rest;
        var facts = new ArrivalFacts(new Arrival(default, new Inbound
        {
            Address = start.Far,
            Event = new ConversationChanged(Name: null),
            Sender = new Sender(start.Far.Rest, title),
            Conversation = new ConversationFacts(new MessageText(title), IsDirect: person is not null),
        }, draft.Now, Origin.Bridge));
        var scope = new RoutingScope(facts, draft.Now, draft.Zone) { Route = link.Id, Severity = Severity.Notice };
        return Portals.WishOf(link, facts, scope) with { Asker = AskerOf(link, start) };
    }

    private static Sender? AskerOf(CompiledLink link, Steer.StartPortal start) =>
        start.Asker is { } asker && asker.Endpoint == link.Near.Endpoint ? new Sender(asker.Rest) : null;
}
