using System.Diagnostics;
using Bridge.Abstractions;
using Bridge.Core.Storage;
using EventId = Bridge.Abstractions.EventId;

namespace Bridge.Core;

// Traces: one span when an event was decided, one when a delivery of it came to its end. Without somebody who listens, neither costs anything.
public sealed partial class Telemetry
{
    private static readonly ActivitySource s_traces = new(SourceName);

    [ThreadStatic]
    private static EventId? t_event;

    /// <summary>
    /// From now on an event's id is the id of its trace, also across restarts: what <c>bridge trace</c> takes is what the tracing system finds.
    /// </summary>
    public static void TraceByEventId() =>
        Activity.TraceIdGenerator = () => t_event is { } id ? ActivityTraceId.CreateFromString(id.Value.ToString("N")) : ActivityTraceId.CreateRandom();

    private static void TraceAccepted(EventId id, Address address, int deliveries)
    {
        using var span = Begin("accept", ActivityKind.Consumer, id);
        span?.SetTag("bridge.endpoint", address.Endpoint.Value).SetTag("bridge.address", address.ToString()).SetTag("bridge.deliveries", deliveries);
        Close(span);
    }

    private static void TraceDelivery(EndpointId endpoint, DeliveryId delivery, EventId id, DeliveryState state, TimeSpan time)
    {
        using var span = Begin("deliver", ActivityKind.Producer, id);
        span?.SetStartTime(span.StartTimeUtc - time)
            .SetTag("bridge.endpoint", endpoint.Value).SetTag("bridge.delivery", delivery.Value).SetTag("bridge.state", state.ToString().ToLowerInvariant())
            .SetStatus(state >= DeliveryState.Uncertain && state <= DeliveryState.Expired ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        Close(span);
    }

    /// <summary>A root span of the event's trace, whatever this thread was tracing.</summary>
    private static Activity? Begin(string name, ActivityKind kind, EventId id)
    {
        if (!s_traces.HasListeners())
        {
            return null;
        }

        Activity.Current = null;
        t_event = id;
        try
        {
            return s_traces.StartActivity(name, kind);
        }
        finally
        {
            t_event = null;
        }
    }

    // What runs next on this thread belongs to another event.
    private static void Close(Activity? span)
    {
        span?.Stop();
        if (span is not null)
        {
            Activity.Current = null;
        }
    }
}
