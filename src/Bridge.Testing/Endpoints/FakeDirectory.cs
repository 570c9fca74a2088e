using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Endpoints;

namespace Bridge.Testing.Endpoints;

/// <summary>Endpoints that connect and disconnect when the test says so, without supervisors.</summary>
public sealed class FakeDirectory(TimeProvider clock) : IEndpointDirectory
{
    private readonly ConcurrentDictionary<EndpointId, EndpointHandle> _handles = new();

    /// <summary>Adds an endpoint, or puts another in its place: not connected.</summary>
    public EndpointHandle Add(EndpointId id, IEndpoint endpoint, EndpointLimits? limits = null, string? parkReason = null) =>
        _handles[id] = new EndpointHandle(id, endpoint, limits ?? new EndpointLimits(), clock, parkReason: parkReason);

    public void Remove(EndpointId id) => _handles.TryRemove(id, out _);

    public void Connect(EndpointId id) => _handles[id].Move(EndpointPhase.Connected);

    public void Disconnect(EndpointId id) => _handles[id].Move(EndpointPhase.BackingOff, "the connection was lost");

    public EndpointHandle? Find(EndpointId id) => _handles.GetValueOrDefault(id);
}
