using Bridge.Core.Endpoints;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Delivery;

/// <summary>What the lanes of all endpoints share.</summary>
internal sealed class Works
{
    public required IStore Store { get; init; }

    public required StoreWriter Writer { get; init; }

    public required SealedDeliveries Records { get; init; }

    public required Relations Relations { get; init; }

    public required IEndpointDirectory Endpoints { get; init; }

    public required ISettlement Settlement { get; init; }

    public required IPortals Portals { get; init; }

    public required OptOuts OptOuts { get; init; }

    public required Telemetry Telemetry { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>The zone whose days <c>per_day</c> counts.</summary>
    public required Func<TimeZoneInfo> Zone { get; init; }

    public required Activity Activity { get; init; }

    /// <summary>Cancelled when a stopping engine waits no longer for answers.</summary>
    public required CancellationToken Sending { get; init; }

    /// <summary>Cancelled when a stopping engine waits no longer for the store.</summary>
    public required CancellationToken GaveUp { get; init; }
}
