using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Binding;

namespace Bridge.Host.Configuration.Checks;

/// <summary>Finds what routes do to each other: ids used twice, and routes that an earlier <c>final</c> one hides.</summary>
internal sealed class RouteOrderCheck(Report report)
{
    public void Check(IReadOnlyList<BoundRoute> routes)
    {
        CheckIds(routes);
        for (var i = 0; i < routes.Count; i++)
        {
            // A 'final' with its own 'when' is a choice; without one it takes every event of its addresses.
            var takers = routes.Take(i).Where(route => route.Config.Final && !route.Says("when")).ToList();
            if (takers.Count > 0 && routes[i].From.Count > 0)
            {
                CheckHidden(routes[i], takers);
            }
        }
    }

    private void CheckIds(IReadOnlyList<BoundRoute> routes)
    {
        var seen = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);
        foreach (var route in routes.Where(route => route.Config.Id.Length > 0))
        {
            if (!seen.TryAdd(route.Config.Id, route.Config.Position))
            {
                var first = seen[route.Config.Id];
                report.Add(
                    DiagnosticKinds.RouteTwice, route.Config.Position,
                    $"route {Report.Quote(route.Config.Id)} already stands in {Report.Earlier(first, route.Config.Position)}");
            }
        }
    }

    private void CheckHidden(BoundRoute route, List<BoundRoute> takers)
    {
        var hidden = route.From.Where(pattern => takers.Any(taker => taker.From.Any(wide => Covers(wide.Pattern, pattern.Pattern)))).ToList();
        var taker = takers.FirstOrDefault(taker => taker.From.Any(wide => route.From.Any(narrow => Overlap(wide.Pattern, narrow.Pattern))));
        if (taker is null)
        {
            return;
        }

        var by = $"route {Report.Quote(taker.Config.Id)} ({Report.Earlier(taker.Config.Position, route.Config.Position)}) is final";
        if (hidden.Count == route.From.Count)
        {
            report.Add(DiagnosticKinds.Unreachable, route.At("from"), $"nothing reaches this route: {by} and takes all its events");
        }
        else
        {
            report.Add(DiagnosticKinds.Shadowed, route.At("from"), $"some events never reach this route: {by} and takes them");
        }
    }

    private static bool Covers(AddressPattern wide, AddressPattern narrow) =>
        wide.Endpoint == narrow.Endpoint && PatternMath.Covers(wide.Pattern, narrow.Pattern, wide.Style);

    private static bool Overlap(AddressPattern left, AddressPattern right) =>
        left.Endpoint == right.Endpoint && PatternMath.Overlap(left.Pattern, right.Pattern, left.Style);
}
