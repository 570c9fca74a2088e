using Bridge.Abstractions;

namespace Bridge.Host.Terminal;

/// <summary>Prints what is sent to it; a typed line is an inbound message.</summary>
internal sealed class ConsoleEndpoint(EndpointContext context, ConsoleSurface surface) : IEndpoint, IProbe
{
    // A line printed twice is a second message to whoever reads it.
    private static readonly EndpointCapabilities s_capabilities = new() { Sends = EventFeature.Text, Resend = new ResendClass.Unsafe(), MayEcho = false };
    private static readonly SendResult s_delivered = new SendResult.Delivered();

    public EndpointCapabilities CapabilitiesOf(Address address) => s_capabilities;

    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        inbox.Connected();
        await foreach (var line in surface.TypedLinesAsync(stopping))
        {
            await inbox.AcceptAsync(InboundBatch.Of(new Inbound
            {
                Address = new Address(context.Id, "me"),
                Event = MessagePosted.Of(line),
                Sender = new Sender("me"),
                OccurredAt = context.Clock.GetUtcNow(),
            }));
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, stopping);
    }

    public async ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        if (outbound.Content is not MessagePosted { Parts: [TextPart text] })
        {
            return new SendResult.Refused("the console prints text only");
        }

        // A terminal can be held up (scroll lock, a full pipe); that must not hold up the caller.
        var at = TimeZoneInfo.ConvertTime(outbound.OccurredAt, context.Clock.LocalTimeZone);
        await Task.Run(() => surface.Print(at, outbound.Severity, outbound.Source, text.Text), cancellationToken);
        return s_delivered;
    }

    public ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken) =>
        new(new ProbeResult.Works("prints to the daemon's terminal; without one its deliveries are parked, unless the daemon runs with --console"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
