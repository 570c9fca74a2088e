using Bridge.Abstractions;
using Bridge.Core.Endpoints;

namespace Bridge.Core.Delivery;

// How many sends of one lane may be on their way.
internal sealed partial class EndpointLanes
{
    private const int MostUnrecorded = 3;

    private static bool IsWindowFull(Lane lane, EndpointCapabilities capabilities, EndpointHandle handle)
    {
        var window = WindowOf(capabilities, handle);
        return lane.OnTheirWay >= window && (lane.OnTheirWay >= MostOnTheirWay(capabilities, handle) || lane.Unanswered >= window);
    }

    /// <summary>Where the network is asked what it has before anything is sent again, the answer for one message must not depend on another that is in flight.</summary>
    private static int WindowOf(EndpointCapabilities capabilities, EndpointHandle handle) => IsAsked(capabilities, handle) ? 1 : Math.Max(1, capabilities.InFlight);

    /// <summary>
    /// Sends of a lane that are without a durable result: those in flight, and some that were answered where a restart asks the network about each of them
    /// before it sends it again. So that a lane need not wait for the disk between two sends.
    /// </summary>
    private static int MostOnTheirWay(EndpointCapabilities capabilities, EndpointHandle handle) =>
        WindowOf(capabilities, handle) + (IsAsked(capabilities, handle) && !capabilities.MayEcho ? MostUnrecorded : 0);

    private static bool IsAsked(EndpointCapabilities capabilities, EndpointHandle handle) =>
        capabilities.Resend is ResendClass.Keyed && handle.FindSent is not null;
}
