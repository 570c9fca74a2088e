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

    /// <summary>A person changed something at run time, or was refused.</summary>
    /// <param name="what">What was asked: a constant of ours.</param>
    public void Steered(string what, bool done) => Count(done ? "links.steered" : "links.steering_refused", what);

    /// <summary>A link that was made at run time has an address in common with one of the configuration.</summary>
    /// <param name="warn">True when a person should hear of it, and has not just heard of it.</param>
    public void LinksShareAddress(string made, string other, bool warn)
    {
        if (warn)
        {
            Count("links.shared", made);
            LogLinksShareAddress(made, other);
        }
    }

    /// <summary>Messages that were said before a portal or a link was made.</summary>
    public void HistoryRead(EndpointId endpoint, int messages) => Count("links.history", endpoint.Value, messages);

    /// <summary>A link waits no longer for what was said before it.</summary>
    public void HistoryMissed(string link)
    {
        Count("links.history_missed", link);
        LogHistoryMissed(link);
    }

    /// <summary>Somebody is told what became of a message.</summary>
    public void OutcomeTold(EndpointId endpoint, DeliveryOutcome outcome) => Count("links.outcomes_told", $"{endpoint}: {outcome}");

    /// <summary>A typing notice was passed on.</summary>
    public void TypingPassed(EndpointId endpoint) => Count("links.typing", endpoint.Value);

    [LoggerMessage(1601, LogLevel.Information, "Endpoint {Endpoint}: a conversation was made for a portal")]
    private partial void LogPortalOpened(EndpointId endpoint);

    [LoggerMessage(1604, LogLevel.Warning, "Link {Link} goes on without what was said before it on some network that did not answer; the next start asks again")]
    private partial void LogHistoryMissed(string link);

    [LoggerMessage(1603, LogLevel.Warning, "Link {Made}, made at run time, and link {Other} of the configuration have an address in common: what one brings there the other does not carry on")]
    private partial void LogLinksShareAddress(string made, string other);

    [LoggerMessage(1602, LogLevel.Warning, "Endpoint {Endpoint} cannot make a conversation for a portal: {Why}")]
    private partial void LogPortalRefused(EndpointId endpoint, string why);
}
