using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Binding;

namespace Bridge.Host.Configuration.Checks;

/// <summary>Finds links and routes that listen in a management conversation: nothing said there is carried.</summary>
internal sealed class AccessCheck(AccessConfig access, Report report)
{
    public void Check(IEnumerable<LinkConfig> links, IEnumerable<BoundRoute> routes)
    {
        foreach (var link in links.Where(link => link.Between.Any(side => !side.IsPattern && access.Management.Contains(side.Address))))
        {
            Warn(link.Position, $"link {Report.Quote(link.Id)} has a management conversation");
        }

        foreach (var route in routes.Where(route => route.Config.From.Any(from => access.Management.Contains(new Address(from.Endpoint, from.Pattern)))))
        {
            Warn(route.Config.Position, $"route {Report.Quote(route.Config.Id)} listens in a management conversation");
        }
    }

    private void Warn(SourcePosition position, string message) => report.Add(DiagnosticKinds.ManagedSide, position, message);
}
