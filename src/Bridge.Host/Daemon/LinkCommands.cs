using Bridge.Core.Configuration;
using Bridge.Core.Messages;
using Bridge.Core.Sync;
using Bridge.Host.Admin;

namespace Bridge.Host.Daemon;

/// <summary>What there is of links, portals and people.</summary>
internal sealed class LinkCommands(DecisionLoop loop, Func<BridgeConfig> config)
{
    private const int MostPortals = 10_000;

    public async Task<IReadOnlyList<LinkReport>> LinksAsync()
    {
        var portals = (await PortalsAsync()).CountBy(portal => portal.Link).ToDictionary(StringComparer.Ordinal);
        return [.. config().Links.Select(link => new LinkReport(
            link.Id, [.. link.Between.Select(side => side.ToString())], link.Portal is null ? null : portals.GetValueOrDefault(link.Id)))];
    }

    public async Task<LinkReport> LinkAsync(LinkRequest request) => (await LinksAsync()).FirstOrDefault(link => link.Link == request.Link)
        ?? throw new AdminException(AdminErrorCode.NotFound, "there is no link of that name", "list the links to see their names");

    public async Task<IReadOnlyList<PortalReport>> PortalsAsync(PortalsRequest request)
    {
        if (request.Link is { } link)
        {
            await LinkAsync(new LinkRequest(link));
        }

        return [.. (await PortalsAsync()).Where(portal => request.Link is null || portal.Link == request.Link)
            .OrderBy(portal => portal.Link, StringComparer.Ordinal).ThenBy(portal => portal.Far, StringComparer.Ordinal)
            .Take(Math.Clamp(request.Limit, 1, MostPortals))];
    }

    public IReadOnlyList<ContactReport> Contacts() =>
        [.. config().People.All.Select(person => new ContactReport(person.Id, [.. person.Addresses.Select(address => address.Full)]))];

    private async Task<IEnumerable<PortalReport>> PortalsAsync() =>
        from entry in (await loop.MemoryAsync()).Entries
        let portal = entry.Value as Portal
        where portal is not null
        select new PortalReport(portal.Name, entry.Key.Route, portal.Far.Full, portal.Near?.Full);
}

internal static class LinkCommandNames
{
    public static AdminCommands AddLinks(this AdminCommands commands, LinkCommands links) => commands
        .Add<Nothing, IReadOnlyList<LinkReport>>("links", (_, _) => links.LinksAsync())
        .Add<LinkRequest, LinkReport>("link", (request, _) => links.LinkAsync(request))
        .Add<PortalsRequest, IReadOnlyList<PortalReport>>("portals", (request, _) => links.PortalsAsync(request))
        .Add<Nothing, IReadOnlyList<ContactReport>>("contacts", (_, _) => Task.FromResult(links.Contacts()));
}
