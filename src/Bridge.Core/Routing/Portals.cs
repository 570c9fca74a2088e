using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Sync;

namespace Bridge.Core.Routing;

/// <summary>Where a portal link carries an arrival: the table of portals is part of the rules' memory.</summary>
internal static class Portals
{
    /// <summary>The other end of the portal; null when there is none, and <paramref name="why"/> says why. Makes a new portal where the link says so.</summary>
    /// <param name="waits">The portal, when its history comes first.</param>
    public static Address? TargetOf(Draft draft, LinkedSide side, ArrivalFacts facts, RoutingScope scope, out MemoryKey? waits, out string why)
    {
        waits = null;
        if (side.Side == 0)
        {
            return FarOf(draft, side.Link, facts.Inbound.Address, out why);
        }

        var near = NearOf(draft, side.Link, facts, scope, out why);
        var at = Portal.KeyOf(side.Link.Id, side.Link.Canonical(facts.Inbound.Address));
        waits = near is not null && draft.Find<Portal>(at) is { Due: not null } ? at : null;
        return near;
    }

    /// <summary>Keeps what is owed until the history of a portal or link was brought over.</summary>
    public static void Hold(Draft draft, MemoryKey at, AwaitsHistory held)
    {
        var beginning = draft.Find<Beginning>(at)!;
        draft.Remember(beginning.HeldKey(at, beginning.Held), held);
        draft.Remember(at, beginning with { Held = beginning.Held + 1 });
    }

    private static Address? FarOf(Draft draft, CompiledLink link, Address near, out string why)
    {
        why = "no portal of this link is there";
        return draft.PortalAt(near) is { } at && at.Route == link.Id ? draft.Find<Portal>(at)?.Far : null;
    }

    private static Address? NearOf(Draft draft, CompiledLink link, ArrivalFacts facts, RoutingScope scope, out string why)
    {
        why = "";
        var far = facts.Inbound.Address;
        var at = Portal.KeyOf(link.Id, link.Canonical(far));
        if (draft.Find<Portal>(at) is { } portal)
        {
            if (portal.Far != far && facts.Inbound.Event is MessagePosted)
            {
                // The same person at another address: that is where an answer goes.
                draft.Remember(at, portal with { Far = far });
            }

            return Placeholder.Of(link.Near.Endpoint, portal.Name);
        }

        if (facts.Inbound.Event is not (MessagePosted or DataReported))
        {
            why = "there is no portal yet, and only a message makes one";
            return null;
        }

        if (link.Config.Portal!.Create == PortalCreation.OnRequest)
        {
            why = "there is no portal yet, and this link makes them on request";
            return null;
        }

        var name = draft.Table.Links.PortalKey(link.Id, link.Canonical(far));
        draft.Remember(at, new Portal(name, far, Near: null, WishOf(link, facts, scope), Due: HistoryUntil(draft, link)));
        return Placeholder.Of(link.Near.Endpoint, name);
    }

    /// <summary>How long a portal that begins now waits for its history; null: it wants none.</summary>
    public static DateTimeOffset? HistoryUntil(Draft draft, CompiledLink link) => link.Config.Portal!.Backfill > 0 ? Beginning.DueAfter(draft.Now) : null;

    /// <summary>What a conversation is to be like, by what is known of the one it stands for.</summary>
    public static PortalWish WishOf(CompiledLink link, ArrivalFacts facts, RoutingScope scope)
    {
        var known = facts.Inbound.Conversation;
        var name = link.Config.Portal!.Name?.Render(scope) ?? facts.Title;
        return new PortalWish(string.IsNullOrWhiteSpace(name) ? null : new MessageText(name), known?.Picture, known?.IsDirect ?? false);
    }
}
