using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Bridge.Core.Storage;
using Bridge.Core.Sync;

namespace Bridge.Core.Delivery;

// Conversations that are made on demand: a lane of a placeholder finds out where its portal is, or has it made, before its first send.
internal sealed partial class EndpointLanes
{
    private static readonly TimeSpan s_openTimeout = TimeSpan.FromSeconds(60);

    // The network is asked for one portal once at a time, though it has two lanes.
    private readonly HashSet<string> _opening = new(StringComparer.Ordinal);

    /// <summary>False when the lane waits until it is known where its portal is.</summary>
    private bool AtPlace(Lane lane, Owed owed, EndpointHandle handle)
    {
        if (!Placeholder.Is(owed.Content.To))
        {
            return true;
        }

        if (lane.Place is { } place)
        {
            owed.To = place;
            return true;
        }

        var name = Placeholder.KeyOf(owed.Content.To);
        if (_opening.Add(name))
        {
            Prepare(lane, owed, () => PlaceAsync(owed, name, handle), () => Asked(lane, name));
        }

        return false;
    }

    /// <summary>The placeholder's other lane may have found it being asked for.</summary>
    private void Asked(Lane lane, string name)
    {
        _opening.Remove(name);
        if (OtherLaneOf(lane) is { } other)
        {
            _ready.Add(other);
        }
    }

    private Lane? OtherLaneOf(Lane lane) => _lanes.GetValueOrDefault(lane.Id with { Critical = !lane.Id.Critical });

    private async Task<Action<Lane>> PlaceAsync(Owed owed, string name, EndpointHandle handle)
    {
        if (await _works.Portals.FindAsync(name) is not { } portal)
        {
            return lane => Finish(lane, owed, DeliveryState.Failed, "its portal is not known any more");
        }

        if (portal.Near is { } near)
        {
            return lane => lane.Place = near;
        }

        if (handle.Conversations is not { } conversations)
        {
            return lane => Finish(lane, owed, DeliveryState.Failed, "the endpoint cannot make conversations", "link fixed addresses instead of '*'");
        }

        switch (await conversations.OpenAsync(portal.Request, _works.Sending).AsTask().WaitAsync(s_openTimeout, _works.Clock, _works.Sending))
        {
            case OpenResult.Opened opened when opened.Address.Endpoint == _id && !Placeholder.Is(opened.Address):
                await _works.Portals.OpenedAsync(name, opened.Address);
                _works.Telemetry.PortalOpened(_id);

                // A person may have named another conversation meanwhile.
                var place = (await _works.Portals.FindAsync(name))?.Near ?? opened.Address;
                return lane => lane.Place = place;
            case OpenResult.Refused refused:
                _works.Telemetry.PortalRefused(_id, refused.Why);
                return lane => Finish(lane, owed, DeliveryState.Failed, $"its conversation cannot be made: {refused.Why}", refused.Cure);
            case OpenResult.Deferred deferred:
                return lane => NotYetMade(lane, owed, deferred);
            default:
                throw new InvalidOperationException("a conversation was made elsewhere");
        }
    }

    private void NotYetMade(Lane lane, Owed owed, OpenResult.Deferred deferred)
    {
        if (deferred.After is { } quiet && OtherLaneOf(lane) is { } other)
        {
            other.PausedUntil = Now.Later(quiet); // what the network asks for holds for both
            Tend(other);
        }

        owed.Attempts++;
        owed.NotBefore = Now.Later(deferred.After is { } after && after > TimeSpan.Zero ? after : RetryDelay.After(owed.Attempts, _random));
        owed.Progress = owed.Progress with { Reason = $"its conversation is not made yet: {deferred.Why}" };
        _works.Telemetry.DeliveryDeferred(_id, owed.Id, owed.Attempts, deferred.Why);
        RecordProgress(owed, urgent: false);
    }
}
