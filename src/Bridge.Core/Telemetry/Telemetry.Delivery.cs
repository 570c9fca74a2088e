using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Core.Storage;
using Microsoft.Extensions.Logging;
using EventId = Bridge.Abstractions.EventId;

namespace Bridge.Core;

// Facts of delivery. Events 2000-2099.
public sealed partial class Telemetry
{
    /// <summary>A delivery reached a state that ends it, or that the network may still better.</summary>
    public void DeliveryMoved(EndpointId endpoint, DeliveryId delivery, EventId id, DeliveryState state, string? why)
    {
        Count(s_deliveryCounters[state], endpoint.Value);
        switch (state)
        {
            case DeliveryState.Failed or DeliveryState.Expired or DeliveryState.Uncertain or DeliveryState.Partial:
                LogDeadLetter(delivery, id, endpoint, state, why);
                break;
            default:
                LogMoved(delivery, endpoint, state, why);
                break;
        }
    }

    /// <summary>A delivery came to its end, so long after it was accepted; <paramref name="through"/>: it was handed over.</summary>
    public void DeliveryEnded(EndpointId endpoint, DeliveryId delivery, EventId id, DeliveryState state, bool through, TimeSpan time)
    {
        TraceDelivery(endpoint, delivery, id, state, time);
        if (through)
        {
            _deliveryTime.Record(time.TotalSeconds, new KeyValuePair<string, object?>("label", endpoint.Value));
        }
    }

    /// <summary>A part is to be sent again.</summary>
    public void DeliveryDeferred(EndpointId endpoint, DeliveryId delivery, int attempts, string why)
    {
        Count("delivery.deferred", endpoint.Value);
        LogDeferred(delivery, endpoint, attempts, why);
    }

    /// <summary>A person asked to try again, or to drop.</summary>
    public void DeliverySteered(DeliveryId delivery, string how)
    {
        Count("delivery.steered", how);
        LogSteered(delivery, how);
    }

    private readonly ConcurrentDictionary<EndpointId, string> _parks = new();

    /// <summary>What an endpoint's deliveries would wait for, said before there are any.</summary>
    public void EndpointParks(EndpointId endpoint, string why)
    {
        if (!_parks.TryGetValue(endpoint, out var said) || said != why)
        {
            _parks[endpoint] = why;
            LogParked(endpoint, why);
        }
    }

    /// <summary>An endpoint's deliveries wait for its configuration.</summary>
    public void DeliveriesParked(EndpointId endpoint, string why)
    {
        Count("delivery.parkings", endpoint.Value);
        EndpointParks(endpoint, why);
    }

    /// <summary>Parked deliveries take their turn again.</summary>
    public void DeliveriesUnparked(EndpointId endpoint)
    {
        _parks.TryRemove(endpoint, out _);
        LogUnparked(endpoint);
    }

    /// <summary>An endpoint has spent what its limits allow for a longer time.</summary>
    public void DeliveryHeld(EndpointId endpoint, string why, DateTimeOffset until)
    {
        Count("delivery.held", endpoint.Value);
        LogHeld(endpoint, why, until);
    }

    /// <summary>Something was not sent because whoever is there asked not to be written to.</summary>
    public void DeliveryUnwanted(EndpointId endpoint) => Count("delivery.unwanted", endpoint.Value);

    /// <summary>Results could not be stored; they are kept and tried again. Each attempt counts, and the first with a new reason is told.</summary>
    public void ResultsNotRecorded(int count, string why, bool isNews)
    {
        Count("delivery.results_not_recorded");
        if (isNews)
        {
            LogNotRecorded(count, why);
        }
    }

    /// <summary>A lane could not be read from the store; tried again.</summary>
    public void LaneNotRead(EndpointId endpoint, string why)
    {
        Count("delivery.lane_not_read", endpoint.Value);
        LogLaneNotRead(endpoint, why);
    }

    /// <summary>The network reported on something that is not known here.</summary>
    public void ReportUnmatched(DeliveryKey key)
    {
        Count("delivery.report_unmatched");
        LogUnmatched(key);
    }

    /// <summary>A report is stored and waits for the next start: the store failed, or Bridge is stopping.</summary>
    public void ReportWaits(DeliveryKey key, string why)
    {
        Count("delivery.report_waits");
        LogReportWaits(key, why);
    }

    /// <summary>A report that was stored cannot be opened any more.</summary>
    public void ReportUnreadable() => Count("delivery.report_unreadable");

    /// <summary>The plugin failed where it must not: telling what it can carry, or what a part costs.</summary>
    public void EndpointMisbehaved(EndpointId endpoint, string what, string exception)
    {
        Count("delivery.endpoint_misbehaved", endpoint.Value);
        LogMisbehaved(endpoint, what, exception);
    }

    /// <summary>A fault of our own in one step; the lanes go on.</summary>
    public void DeliveryFault(EndpointId endpoint, Exception fault)
    {
        Count("delivery.faults", endpoint.Value);
        LogFault(endpoint, fault.GetType().Name, fault.StackTrace);
    }

    private static readonly Dictionary<DeliveryState, string> s_deliveryCounters =
        Enum.GetValues<DeliveryState>().ToDictionary(state => state, state => "delivery." + state.ToString().ToLowerInvariant());

    [LoggerMessage(2000, LogLevel.Warning, "Delivery {Delivery} of event {Event} to {Endpoint} is {State}: {Why}")]
    private partial void LogDeadLetter(DeliveryId delivery, EventId @event, EndpointId endpoint, DeliveryState state, string? why);

    [LoggerMessage(2001, LogLevel.Debug, "Delivery {Delivery} to {Endpoint} is {State} {Why}")]
    private partial void LogMoved(DeliveryId delivery, EndpointId endpoint, DeliveryState state, string? why);

    [LoggerMessage(2002, LogLevel.Information, "Delivery {Delivery} to {Endpoint} waits after attempt {Attempts}: {Why}")]
    private partial void LogDeferred(DeliveryId delivery, EndpointId endpoint, int attempts, string why);

    [LoggerMessage(2003, LogLevel.Information, "Delivery {Delivery}: {How} by a person")]
    private partial void LogSteered(DeliveryId delivery, string how);

    [LoggerMessage(2004, LogLevel.Warning, "Deliveries to {Endpoint} are parked: {Why}")]
    private partial void LogParked(EndpointId endpoint, string why);

    [LoggerMessage(2005, LogLevel.Information, "Deliveries to {Endpoint} are no longer parked")]
    private partial void LogUnparked(EndpointId endpoint);

    [LoggerMessage(2006, LogLevel.Warning, "Deliveries to {Endpoint} wait until {Until:u}: {Why}")]
    private partial void LogHeld(EndpointId endpoint, string why, DateTimeOffset until);

    [LoggerMessage(2007, LogLevel.Error, "{Count} results of deliveries could not be stored, trying again until they are: {Why}")]
    private partial void LogNotRecorded(int count, string why);

    [LoggerMessage(2008, LogLevel.Error, "Deliveries to {Endpoint} could not be read, trying again: {Why}")]
    private partial void LogLaneNotRead(EndpointId endpoint, string why);

    [LoggerMessage(2009, LogLevel.Information, "A network reported on {Key}, which is not known here")]
    private partial void LogUnmatched(DeliveryKey key);

    [LoggerMessage(2010, LogLevel.Error, "Endpoint {Endpoint} failed to tell {What}: {Exception}")]
    private partial void LogMisbehaved(EndpointId endpoint, string what, string exception);

    [LoggerMessage(2012, LogLevel.Information, "The report on {Key} waits for the next start: {Why}")]
    private partial void LogReportWaits(DeliveryKey key, string why);

    [LoggerMessage(2011, LogLevel.Error, "A step of delivery to {Endpoint} failed with {Exception} at {Where}")]
    private partial void LogFault(EndpointId endpoint, string exception, string? where);
}
