using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Bridge.Core.Messages;

namespace Bridge.Core.Delivery;

// Typing notices go beside the lanes: never stored, never repeated, and of no use to anybody after half a minute.
internal sealed partial class EndpointLanes
{
    private const int MostPassing = 16;
    private static readonly TimeSpan s_typingLife = TimeSpan.FromSeconds(30);
    private int _passing;

    /// <summary>Sends it now or not at all; returns at once.</summary>
    public void Pass(DeliveryContent content, Arrival arrival) => _queue.Post(() =>
    {
        if (_stopping || _works.OptOuts.Find(content.To) is not null || Now - arrival.ReceivedAt > s_typingLife || _passing >= MostPassing || _works.Endpoints.Find(_id) is not { Connected: true } handle)
        {
            return;
        }

        try
        {
            if (handle.CapabilitiesOf(content.To).Sends.HasFlag(EventFeature.Typing))
            {
                _passing++;
                _works.Telemetry.TypingPassed(_id);
                _ = PassAsync(content, arrival, handle);
            }
        }
        catch (Exception failure)
        {
            _works.Telemetry.EndpointMisbehaved(_id, "what it can carry", failure.GetType().Name);
        }
    });

    private async Task PassAsync(DeliveryContent content, Arrival arrival, EndpointHandle handle)
    {
        try
        {
            await handle.SendAsync(
                new Outbound
                {
                    Key = _works.Records.Key(arrival.Id, content),
                    Event = arrival.Id,
                    To = content.To,
                    Content = arrival.Inbound.Event,
                    Source = content.Source,
                    Sender = content.Sender,
                    SenderHere = content.SenderHere,
                    OccurredAt = content.OccurredAt,
                    Expires = arrival.ReceivedAt + s_typingLife,
                    Hops = content.Hops,
                },
                _works.Sending);
        }
        catch (Exception)
        {
            // Nobody misses it: the next one, or the message itself, comes soon.
        }

        _queue.Post(() => _passing--);
    }
}
