using Bridge.Abstractions;
using Microsoft.Extensions.Logging;

namespace Bridge.Core;

// Links and portals.
public sealed partial class Telemetry
{
    /// <summary>A conversation was made for a portal, or found again.</summary>
    public void PortalOpened(EndpointId endpoint)
    {
        Count("links.portals_opened", endpoint.Value);
        LogPortalOpened(endpoint);
    }

    public void PortalRefused(EndpointId endpoint, string why)
    {
        Count("links.portals_refused", endpoint.Value);
        LogPortalRefused(endpoint, why);
    }

    /// <summary>Messages that were said before a portal was made.</summary>
    public void HistoryRead(EndpointId endpoint, int messages) => Count("links.history", endpoint.Value, messages);

    /// <summary>Somebody is told what became of a message.</summary>
    public void OutcomeTold(EndpointId endpoint, DeliveryOutcome outcome) => Count("links.outcomes_told", $"{endpoint}: {outcome}");

    /// <summary>A typing notice was passed on.</summary>
    public void TypingPassed(EndpointId endpoint) => Count("links.typing", endpoint.Value);

    [LoggerMessage(1601, LogLevel.Information, "Endpoint {Endpoint}: a conversation was made for a portal")]
    private partial void LogPortalOpened(EndpointId endpoint);

    [LoggerMessage(1602, LogLevel.Warning, "Endpoint {Endpoint} cannot make a conversation for a portal: {Why}")]
    private partial void LogPortalRefused(EndpointId endpoint, string why);
}
