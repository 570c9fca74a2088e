using Bridge.Core.Configuration;
using Bridge.Core.Endpoints;
using Bridge.Core.Routing;
using Bridge.Core.Sync;
using Bridge.Host.Admin;

namespace Bridge.Host.Daemon;

/// <summary>Links, portals and silences at one moment.</summary>
/// <param name="memory">What the rules remember.</param>
internal sealed class LinkOverview(RulesMemory memory, BridgeConfig config, IEndpointDirectory endpoints, DateTimeOffset now)
{
    private readonly List<PortalReport> _portals =
    [
        .. from entry in memory.Entries
           let portal = entry.Value as Portal
           where portal is not null
           select new PortalReport(portal.Name, entry.Key.Route, portal.Far.Full, portal.Near?.Full),
    ];

    /// <summary>Those of the configuration, then those made at run time.</summary>
    public IReadOnlyList<LinkReport> Links()
    {
        var portals = _portals.CountBy(portal => portal.Link).ToDictionary(StringComparer.Ordinal);
        return
        [
            .. config.Links.Concat(memory.Links()).Select(link => new LinkReport(
                link.Id,
                [.. link.Between.Select(side => side.ToString())],
                link.Portal is null ? null : portals.GetValueOrDefault(link.Id),
                link.Made is { } made ? new MadeReport(made.Since, made.By) : null,
                Impairment(link))),
        ];
    }

    public IEnumerable<PortalReport> Portals() =>
        _portals.OrderBy(portal => portal.Link, StringComparer.Ordinal).ThenBy(portal => portal.Far, StringComparer.Ordinal);

    /// <summary>Null where nothing is linked.</summary>
    public LinksReport? Summary() => Links() is not { Count: > 0 } links ? null : new LinksReport(
        links.Count,
        links.Count(link => link.Made is not null),
        _portals.Count,
        _portals.Count(portal => portal.Near is null),
        [.. links.Where(link => link.Impaired is not null).Select(link => new ImpairedReport(link.Link, link.Impaired!))]);

    public IReadOnlyList<SilenceReport> Silences() =>
    [
        .. (from entry in memory.Entries
            let silenced = entry.Value as Silenced
            where silenced?.Forget > now
            select new SilenceReport(entry.Key.Route, silenced.Since, silenced.Forget!.Value, silenced.By))
            .OrderBy(silence => silence.Name, StringComparer.Ordinal),
    ];

    private string? Impairment(LinkConfig link)
    {
        var whys = link.Between.Select(side => side.Endpoint).Distinct().Select(id => endpoints.Find(id) switch
        {
            null => $"there is no endpoint {id}",
            { Connected: true } => null,
            { Status: var status } => $"endpoint {id} is not connected{(status.Reason is null ? "" : $": {status.Reason}")}",
        });
        return string.Join("; ", whys.OfType<string>()) is { Length: > 0 } all ? all : null;
    }
}
