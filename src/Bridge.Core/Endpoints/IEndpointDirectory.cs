using Bridge.Abstractions;

namespace Bridge.Core.Endpoints;

/// <summary>Where delivery finds the endpoints of the running configuration.</summary>
public interface IEndpointDirectory
{
    /// <summary>The endpoint of that name, whatever its state; null when the configuration has none (any more).</summary>
    EndpointHandle? Find(EndpointId id);
}
