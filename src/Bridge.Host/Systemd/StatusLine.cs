using Bridge.Core.Endpoints;
using Bridge.Host.Cli;
using Bridge.Host.Daemon;

namespace Bridge.Host.Systemd;

/// <summary>The daemon in one line, as <c>systemctl status</c> shows it.</summary>
internal static class StatusLine
{
    public static string Of(RunningConfig config, IReadOnlyList<EndpointHandle> endpoints)
    {
        var connected = endpoints.Count(endpoint => endpoint.Status.Phase == EndpointPhase.Connected);
        var refused = config.Refused is null ? "" : "; the last reload was refused, see the log";
        return $"generation {config.Generation}, {connected} of {Words.Count(endpoints.Count, "endpoint")} connected{refused}";
    }
}
