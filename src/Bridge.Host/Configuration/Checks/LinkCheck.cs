using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Binding;

namespace Bridge.Host.Configuration.Checks;

/// <summary>Finds what is wrong between the keys of one link, and what links and routes do to each other.</summary>
internal sealed class LinkCheck(KnownPeople people, Report report)
{
    public void Check(IReadOnlyList<BoundLink> links, IReadOnlyList<BoundRoute> routes)
    {
        CheckIds(links, routes);
        foreach (var link in links.Where(link => link.IsUnderstood))
        {
            CheckSides(link);
            CheckPortal(link);
        }

        CheckShared(links);
    }

    /// <summary>The side where conversations are made stands first from here on: the first one whose network knows everyone who is invited.</summary>
    public LinkConfig InOrder(BoundLink link) =>
        link.Config is { Portal: { } portal, Between: [_, var second] } config && !KnowsAll(config.Between[0], portal) && KnowsAll(second, portal)
            ? config with { Between = [second, config.Between[0]] }
            : link.Config;

    private void CheckIds(IReadOnlyList<BoundLink> links, IReadOnlyList<BoundRoute> routes)
    {
        var seen = routes.Where(route => route.Config.Id.Length > 0)
            .GroupBy(route => route.Config.Id, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.First().Config.Position, StringComparer.Ordinal);
        foreach (var link in links.Where(link => link.Config.Id.Length > 0))
        {
            if (!seen.TryAdd(link.Config.Id, link.Config.Position))
            {
                var first = seen[link.Config.Id];
                report.Add(
                    DiagnosticKinds.LinkTwice, link.Config.Position,
                    $"{Report.Quote(link.Config.Id)} is already the id of what stands in {Report.Earlier(first, link.Config.Position)}");
            }
        }
    }

    private void CheckSides(BoundLink link)
    {
        // Sides that are not good have been reported.
        if (link.Node.Find("between") is not Yaml.SequenceNode { Items: var items } || items.Count != link.Between.Count)
        {
            return;
        }

        foreach (var side in link.Between.Where((side, index) => link.Between.Take(index).Any(earlier => earlier.Side == side.Side)))
        {
            report.Add(DiagnosticKinds.SideTwice, side.Node.Position, "this address stands in the link already");
        }

        if (link.Between.DistinctBy(side => side.Side).Count() < 2)
        {
            report.Add(DiagnosticKinds.OneSide, link.At("between"), "a link is between two addresses or more");
        }

        var patterns = link.Between.Count(side => side.Side.IsPattern);
        if (patterns > 0 && (patterns < link.Between.Count || patterns > 2))
        {
            report.Add(DiagnosticKinds.UnevenPattern, link.At("between"), "'*' makes portals, and those are between two sides that both end with it");
        }

        CheckKinds(link);
    }

    // Words to a network of data become bytes, which is of use; data to a network of words is not.
    private void CheckKinds(BoundLink link)
    {
        var data = link.Between.FirstOrDefault(side => side.Endpoint.Description?.Carries.HasFlag(EventFeature.Data) == true);
        var words = link.Between.FirstOrDefault(side => !side.Endpoint.MayCarry(EventFeature.Data));
        if (data is not null && words is not null)
        {
            report.Add(
                DiagnosticKinds.DataAndWords, words.Node.Position,
                $"endpoint {Report.Quote(words.Endpoint.Id.Value)} carries messages, and endpoint {Report.Quote(data.Endpoint.Id.Value)} data");
        }
    }

    private void CheckPortal(BoundLink link)
    {
        if (!link.Between.Any(side => side.Side.IsPattern))
        {
            if (link.Says("portal") && link.Between.Count > 1)
            {
                report.Add(DiagnosticKinds.IdlePortal, link.At("portal"), "'portal' does nothing: the addresses of this link are fixed");
            }

            return;
        }

        if (link.Config.History > 0)
        {
            report.Add(DiagnosticKinds.IdleHistory, link.At("history"), "'history' does nothing: the portals of this link are made one by one");
        }

        if (link.Config.Portal is { Invite.Count: > 0 } portal && link.Between.Count == 2 && !link.Between.Any(side => KnowsAll(side.Side, portal)))
        {
            report.Add(
                DiagnosticKinds.InvitedNowhere, link.At("portal"), "there is no side of the link on which everyone invited has an address");
        }
    }

    private bool KnowsAll(LinkSide side, PortalConfig portal) =>
        portal.Invite.All(id => people.People.Find(id) is { } person && People.NameOn(person, side.Endpoint) is not null);

    // What Bridge sent is never routed: through two links in a row nothing passes.
    private void CheckShared(IReadOnlyList<BoundLink> links)
    {
        var seen = new Dictionary<LinkSide, BoundLink>();
        foreach (var link in links)
        {
            foreach (var side in link.Between)
            {
                if (!seen.TryAdd(side.Side, link) && seen[side.Side] != link)
                {
                    report.Add(
                        DiagnosticKinds.SharedSide, side.Node.Position,
                        $"link {Report.Quote(seen[side.Side].Config.Id)} has this address too: what one of the two brings here the other does not carry on");
                }
            }
        }
    }
}
