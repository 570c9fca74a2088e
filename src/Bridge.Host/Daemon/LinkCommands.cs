using Bridge.Core.Configuration;
using Bridge.Core.Endpoints;
using Bridge.Core.Messages;
using Bridge.Host.Admin;

namespace Bridge.Host.Daemon;

/// <summary>What there is of links, portals, silences and people.</summary>
internal sealed class LinkCommands(DecisionLoop loop, IEndpointDirectory endpoints, Func<BridgeConfig> config, TimeProvider clock)
{
    private const int MostPortals = 10_000;

    public async Task<LinkOverview> OverviewAsync() => new(await loop.MemoryAsync(), config(), endpoints, clock.GetUtcNow());

    public async Task<IReadOnlyList<LinkReport>> LinksAsync() => (await OverviewAsync()).Links();

    public async Task<LinkReport> LinkAsync(string id) => (await LinksAsync()).FirstOrDefault(link => link.Link == id)
        ?? throw new AdminException(AdminErrorCode.NotFound, "there is no link of that name", "list the links to see their names");

    public async Task<IReadOnlyList<PortalReport>> PortalsAsync(PortalsRequest request)
    {
        if (request.Link is { } link)
        {
            await LinkAsync(link);
        }

        return [.. (await OverviewAsync()).Portals().Where(portal => request.Link is null || portal.Link == request.Link)
            .Take(Math.Clamp(request.Limit, 1, MostPortals))];
    }

    public async Task<IReadOnlyList<SilenceReport>> SilencesAsync() => (await OverviewAsync()).Silences();

    public IReadOnlyList<ContactReport> Contacts() =>
        [.. config().People.All.Select(person => new ContactReport(person.Id, [.. person.Addresses.Select(address => address.Full)]))];
}

internal static class LinkCommandNames
{
    public static AdminCommands AddLinks(this AdminCommands commands, LinkCommands links, SteerCommands steer) => commands
        .Add<Nothing, IReadOnlyList<LinkReport>>("links", (_, _) => links.LinksAsync())
        .Add<LinkRequest, LinkReport>("link", (request, _) => links.LinkAsync(request.Link))
        .Add<LinkAddRequest, LinkReport>("link-add", steer.LinkAsync)
        .Add<LinkRemoveRequest, LinkReport>("link-remove", steer.UnlinkAsync)
        .Add<LinkLabelRequest, LinkReport>("link-label", steer.LabelAsync)
        .Add<PortalsRequest, IReadOnlyList<PortalReport>>("portals", (request, _) => links.PortalsAsync(request))
        .Add<PortalStartRequest, PortalReport>("portal-start", steer.StartPortalAsync)
        .Add<Nothing, IReadOnlyList<SilenceReport>>("silences", (_, _) => links.SilencesAsync())
        .Add<SilenceRequest, SilenceReport>("silence", steer.SilenceAsync)
        .Add<SilenceEndRequest, SilenceReport>("silence-end", steer.EndSilenceAsync)
        .Add<Nothing, IReadOnlyList<OptOutReport>>("optouts", (_, _) => Task.FromResult(steer.OptOuts()))
        .Add<OptOutRequest, OptOutReport>("optout-lift", steer.LiftOptOutAsync)
        .Add<Nothing, IReadOnlyList<ContactReport>>("contacts", (_, _) => Task.FromResult(links.Contacts()));
}
