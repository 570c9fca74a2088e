using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Routing;

namespace Bridge.Core.Sync;

/// <summary>Says of a remembered portal how its conversation is to be made, by the links as they are now.</summary>
internal static class PortalBook
{
    public static PortalView View(RouteTable table, MemoryKey key, Portal portal) => new(portal.Near, new ConversationRequest
    {
        Key = portal.Name,
        For = portal.Far,
        Name = portal.Wish?.Name,
        Picture = portal.Wish?.Picture,
        IsDirect = portal.Wish?.IsDirect ?? false,
        Offer = portal.Wish?.Offer,
        Invite = table.Links.Find(key.Route) is { Config.Portal: { } written } link ? InvitedTo(link, written, portal.Wish?.Asker) : default,
    });

    private static EquatableArray<Sender> InvitedTo(CompiledLink link, PortalConfig portal, Sender? asker)
    {
        var invited =
            from id in portal.Invite
            let person = link.People.Find(id)
            where person is not null
            let name = People.NameOn(person, link.Near.Endpoint)
            where name is not null
            select new Sender(name, person.Id);
        return EquatableArray.From((asker is null ? invited : invited.Append(asker)).DistinctBy(who => who.Value));
    }
}
