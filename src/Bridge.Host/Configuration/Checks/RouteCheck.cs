using Bridge.Abstractions;
using Bridge.Host.Configuration.Binding;

namespace Bridge.Host.Configuration.Checks;

/// <summary>Finds what is wrong between the keys of one route.</summary>
internal sealed class RouteCheck(Report report)
{
    private static readonly string[] s_needWhen = ["until", "for"];

    public void Check(BoundRoute route)
    {
        CheckContent(route);
        CheckState(route);
        CheckIdle(route);
    }

    private void CheckContent(BoundRoute route)
    {
        if (route.Says("text") && route.Says("payload"))
        {
            report.Add(DiagnosticKinds.TextAndPayload, route.At("payload"), "a route has 'text' or 'payload', not both");
        }

        if (route.Says("text"))
        {
            return;
        }

        var data = route.Says("payload") || route.From.Any(pattern => pattern.Endpoint.Description?.Carries.HasFlag(EventFeature.Data) == true);
        foreach (var destination in route.To.Where(destination => data && !destination.Endpoint.MayCarry(EventFeature.Data)))
        {
            report.Add(
                DiagnosticKinds.DataNeedsText, destination.Node.Position,
                $"endpoint {Report.Quote(destination.Endpoint.Id.Value)} carries messages, and this route sends it data",
                route.Says("payload") ? "write 'text' instead of 'payload'" : null);
        }
    }

    private void CheckState(BoundRoute route)
    {
        if (route.Says("resolved") && !route.Says("until"))
        {
            report.Add(DiagnosticKinds.ResolvedAlone, route.At("resolved"), "'resolved' is said when 'until' becomes true, and there is no 'until'");
        }

        foreach (var key in s_needWhen.Where(key => route.Says(key) && !route.Says("when")))
        {
            report.Add(DiagnosticKinds.NeedsWhen, route.At(key), $"{Report.Quote(key)} needs 'when': without it every event matches");
        }
    }

    private void CheckIdle(BoundRoute route)
    {
        if (route.Says("retained") && route.From.Count > 0 && route.From.All(pattern => !pattern.Endpoint.MayCarry(EventFeature.Data)))
        {
            report.Add(DiagnosticKinds.IdleRetained, route.At("retained"), "'retained' does nothing: no endpoint in 'from' carries data");
        }

        if (route.Says("at") && route.Config.MaxAge is null)
        {
            report.Add(DiagnosticKinds.IdleAt, route.At("at"), "'at' does nothing: there is no 'max_age'");
        }
    }
}
