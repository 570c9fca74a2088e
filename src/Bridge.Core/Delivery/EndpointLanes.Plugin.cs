using Bridge.Abstractions;
using Bridge.Core.Endpoints;

namespace Bridge.Core.Delivery;

// What the plugin is asked in between: when it throws, its own lanes wait and nobody else does.
internal sealed partial class EndpointLanes
{
    private EndpointCapabilities? CapabilitiesOf(EndpointHandle handle, Owed owed)
    {
        try
        {
            var capabilities = handle.CapabilitiesOf(owed.To);
            return owed.Content.MaxMedia is { } most && most < capabilities.MaxAttachment ? capabilities with { MaxAttachment = most } : capabilities;
        }
        catch (Exception failure)
        {
            // The plugin's own fault; its lanes wait for it and nobody else does.
            _works.Telemetry.EndpointMisbehaved(_id, "what it can carry", failure.GetType().Name);
            return null;
        }
    }

    private int UnitsOf(Outbound outbound, EndpointHandle handle)
    {
        try
        {
            return Math.Max(1, handle.Measure?.UnitsOf(outbound) ?? 1);
        }
        catch (Exception failure)
        {
            _works.Telemetry.EndpointMisbehaved(_id, "what a part costs", failure.GetType().Name);
            return 1;
        }
    }
}
