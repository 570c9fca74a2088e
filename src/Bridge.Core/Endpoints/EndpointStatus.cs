namespace Bridge.Core.Endpoints;

/// <summary>What an endpoint is doing, why, and since when: shown by <c>status</c>.</summary>
/// <param name="Phase">What it does.</param>
/// <param name="Since">When that began; an outage begins once, however many tries it takes to end it.</param>
/// <param name="Reason">For the operator, without text, address or secret; null when there is nothing to say.</param>
public sealed record EndpointStatus(EndpointPhase Phase, string? Reason, DateTimeOffset Since);

/// <summary>What an endpoint is doing.</summary>
public enum EndpointPhase
{
    /// <summary>Configured, not yet asked to run.</summary>
    Starting,

    /// <summary>Running, not yet ready to send.</summary>
    Connecting,

    /// <summary>Ready to send.</summary>
    Connected,

    /// <summary>Lost its connection or failed; waits before the next try.</summary>
    BackingOff,

    /// <summary>Takes no new sends; those in flight are finishing.</summary>
    Draining,

    /// <summary>Stopped by us.</summary>
    Stopped,

    /// <summary>Will not run under this configuration: switched off, or its plugin is missing or refused.</summary>
    Disabled,
}
