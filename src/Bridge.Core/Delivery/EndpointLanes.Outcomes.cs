using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

// What became of a link's delivery is told where its message came from: a failure always, success where that network has a word for it.
internal sealed partial class EndpointLanes
{
    private void TellOutcome(Owed owed, DeliveryState state)
    {
        if (owed.Content is { IsLinked: true, Content: null } && owed.Body is MessagePosted or MessageEdited or DataReported)
        {
            Tell(owed.Event, owed.Id, owed.Content, state, owed.Progress.Reason);
        }
    }

    private void Tell(EventId id, DeliveryId delivery, DeliveryContent content, DeliveryState state, string? why)
    {
        DeliveryOutcome? outcome = state switch
        {
            DeliveryState.Failed or DeliveryState.Expired or DeliveryState.Uncertain or DeliveryState.Partial => DeliveryOutcome.Failed,
            DeliveryState.Sent or DeliveryState.Delivered when ShowsOutcomes(content.Source) => DeliveryOutcome.Delivered,
            DeliveryState.Read when ShowsOutcomes(content.Source) => DeliveryOutcome.Read,
            _ => null,
        };
        if (outcome is { } told && content.Source is not null)
        {
            _ledger.Tell(new Settlement(id, content.Route, "", told != DeliveryOutcome.Failed)
            {
                Outcome = new ToldOutcome(delivery, told, told == DeliveryOutcome.Failed ? why ?? "it is not known why" : null),
            });
        }
    }

    private bool ShowsOutcomes(Address? source)
    {
        try
        {
            return source is { } at && _works.Endpoints.Find(at.Endpoint) is { Connected: true } handle
                && handle.CapabilitiesOf(at).Sends.HasFlag(EventFeature.Outcome);
        }
        catch (Exception failure)
        {
            _works.Telemetry.EndpointMisbehaved(source!.Value.Endpoint, "what it can carry", failure.GetType().Name);
            return false;
        }
    }
}
