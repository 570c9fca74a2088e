using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Bridge.Core;

// Intake and the rules.
public sealed partial class Telemetry
{
    /// <summary>An event is durable.</summary>
    public void Accepted(Abstractions.EventId id, Address address, int deliveries)
    {
        Count("intake.accepted", address.Endpoint.Value);
        LogAccepted(id, address, deliveries);
        TraceAccepted(id, address, deliveries);
    }

    public void Duplicate(EndpointId endpoint)
    {
        Count("intake.duplicates", endpoint.Value);
        LogDuplicate(endpoint);
    }

    public void Echo(EndpointId endpoint)
    {
        Count("intake.echoes", endpoint.Value);
        LogEcho(endpoint);
    }

    public void Unrouted(EndpointId endpoint) => Count("intake.unrouted", endpoint.Value);

    /// <summary>A typing notice that no link carries.</summary>
    public void TypingNotRouted(EndpointId endpoint) => Count("intake.typing_not_routed", endpoint.Value);

    /// <summary>A verdict of a route.</summary>
    /// <param name="id">The event; null when a timer woke the route.</param>
    /// <param name="warn">True when a person should hear of it, and has not just heard of it.</param>
    public void Judged(Abstractions.EventId? id, RouteVerdict verdict, bool warn)
    {
        Count("routing.verdicts", verdict.Verdict.ToString());
        if (verdict.Verdict == Verdict.Silenced)
        {
            Count("routing.silenced", verdict.Route);
        }

        if (verdict.Unbuilt > 0)
        {
            Count("routing.destinations_not_built", verdict.Route, verdict.Unbuilt);
        }

        if (warn)
        {
            var of = id is { } known ? $"event {known}" : "what it waited for";
            if (verdict.Verdict is Verdict.Invalid or Verdict.LoopStopped)
            {
                LogStopped(verdict.Route, of, verdict.Problem);
            }
            else
            {
                LogNotAll(verdict.Route, of, verdict.Problem);
            }
        }
    }

    /// <inheritdoc cref="Judged"/>
    public void MemoryAtCap(string route, bool warn)
    {
        Count("routing.memory_full", route);
        if (warn)
        {
            LogMemoryAtCap(route);
        }
    }

    public void MemoryUnreadable(BlindIndex key)
    {
        Count("routing.memory_unreadable");
        LogMemoryUnreadable(key);
    }

    public void RulesFailed(string error)
    {
        Count("routing.failures", error);
        LogRulesFailed(error);
    }

    /// <summary>An edit, delete or reaction came before what it refers to.</summary>
    public void RelationWaits(Abstractions.EventId id, EndpointId endpoint)
    {
        Count("routing.relations", "Waits");
        LogRelationWaits(id, endpoint);
    }

    /// <summary>It waits no longer.</summary>
    public void RelationGoes(Abstractions.EventId id, EndpointId endpoint, string why)
    {
        Count("routing.relations", why);
        LogRelationGoes(id, endpoint, why);
    }

    /// <inheritdoc cref="Judged"/>
    public void RelationsAtCap(EndpointId endpoint, bool warn)
    {
        Count("routing.relations", "NotHeld");
        if (warn)
        {
            LogRelationsAtCap(endpoint);
        }
    }

    /// <summary>An arrival waits for the answer to what is being sent to its address.</summary>
    public void ArrivalWaits(Abstractions.EventId id, EndpointId endpoint)
    {
        Count("intake.held_for_answer", "Waits");
        LogArrivalWaits(id, endpoint);
    }

    /// <summary>It waits no longer.</summary>
    public void ArrivalGoes(Abstractions.EventId id, EndpointId endpoint, string why)
    {
        Count("intake.held_for_answer", why);
        LogArrivalGoes(id, endpoint, why);
    }

    /// <inheritdoc cref="Judged"/>
    public void ArrivalsAtCap(EndpointId endpoint, bool warn)
    {
        Count("intake.held_for_answer", "NotHeld");
        if (warn)
        {
            LogArrivalsAtCap(endpoint);
        }
    }

    public void StartedOver(int failed, int waiting)
    {
        Count("intake.started_over");
        LogStartedOver(failed, waiting);
    }

    [LoggerMessage(1201, LogLevel.Debug, "Accepted {Event} at {Address}: {Deliveries} deliveries")]
    private partial void LogAccepted(Abstractions.EventId @event, Address address, int deliveries);

    [LoggerMessage(1202, LogLevel.Debug, "A repeated event of {Endpoint} was recognised and completed")]
    private partial void LogDuplicate(EndpointId endpoint);

    [LoggerMessage(1203, LogLevel.Debug, "{Endpoint} brought back what Bridge had sent; it was recognised and completed")]
    private partial void LogEcho(EndpointId endpoint);

    [LoggerMessage(1204, LogLevel.Warning, "Route {Route} could not speak of {Event}: {Problem}; bridge trace says more")]
    private partial void LogStopped(string route, string @event, string? problem);

    [LoggerMessage(1209, LogLevel.Warning, "Route {Route} could not tell everyone of {Event}: {Problem}; bridge trace says more")]
    private partial void LogNotAll(string route, string @event, string? problem);

    [LoggerMessage(1205, LogLevel.Warning, "Route {Route} remembers as many keys as it may; further ones are not remembered")]
    private partial void LogMemoryAtCap(string route);

    [LoggerMessage(1206, LogLevel.Error, "An entry {Key} of the rules' memory cannot be read; the rules go on without it")]
    private partial void LogMemoryUnreadable(BlindIndex key);

    [LoggerMessage(1207, LogLevel.Error, "The rules failed on an input ({Error}); it was stored and goes nowhere")]
    private partial void LogRulesFailed(string error);

    [LoggerMessage(1209, LogLevel.Debug, "{Event} of {Endpoint} refers to a message that is not known: it waits for it")]
    private partial void LogRelationWaits(Abstractions.EventId @event, EndpointId endpoint);

    [LoggerMessage(1210, LogLevel.Debug, "{Event} of {Endpoint} waits no longer: {Why}")]
    private partial void LogRelationGoes(Abstractions.EventId @event, EndpointId endpoint, string why);

    [LoggerMessage(1211, LogLevel.Warning, "As many edits, deletes and reactions of {Endpoint} wait for their messages as may; further ones go out on their own")]
    private partial void LogRelationsAtCap(EndpointId endpoint);

    [LoggerMessage(1212, LogLevel.Debug, "{Event} of {Endpoint} came while something was being sent there: it waits for the answer")]
    private partial void LogArrivalWaits(Abstractions.EventId @event, EndpointId endpoint);

    [LoggerMessage(1213, LogLevel.Debug, "{Event} of {Endpoint} waits no longer for an answer: {Why}")]
    private partial void LogArrivalGoes(Abstractions.EventId @event, EndpointId endpoint, string why);

    [LoggerMessage(1214, LogLevel.Warning, "As much of {Endpoint} waits for the answers to sends as may; what comes further is not held back, and may be our own")]
    private partial void LogArrivalsAtCap(EndpointId endpoint);

    [LoggerMessage(1208, LogLevel.Warning, "A commit failed: {Failed} inputs and {Waiting} later ones were refused, to be sent again")]
    private partial void LogStartedOver(int failed, int waiting);
}
