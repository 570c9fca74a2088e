using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>A broker inside Bridge. Its clients' publishes are events; what is sent to an address is published to that topic.</summary>
internal sealed class BrokerEndpoint(EndpointContext context, EmbeddedOptions options) : IEndpoint, IAdapt, IProbe
{
    /// <summary>Sends are stored one group at a time; this many fill a group.</summary>
    private const int InFlight = 256;

    private static readonly EndpointCapabilities s_capabilities = new()
    {
        Sends = EventFeature.Text | EventFeature.Data,
        Resend = new ResendClass.Harmless(),
        InFlight = InFlight,
    };

    private readonly Lock _gate = new();
    private BrokerSettings _settings = new(options, context.Interests);
    private volatile BrokerRun? _run;

    public EndpointCapabilities CapabilitiesOf(Address address) => s_capabilities;

    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        using var run = Begin(inbox);
        try
        {
            await run.RunAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping while loading is an ordinary end.
        }
        finally
        {
            _run = null;
        }
    }

    public async ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        if (Topic.FaultOfName(outbound.To.Rest) is { } fault)
        {
            return new SendResult.Refused(fault, "correct the destination's topic");
        }

        var now = context.Clock.GetUtcNow();
        if (MqttMapper.ToPublish(outbound, now) is not { } packet)
        {
            return new SendResult.Refused("MQTT carries texts and data only");
        }

        try
        {
            PacketEncoder.Measure(packet, ProtocolVersion.V5);
        }
        catch (MqttEncodingException problem)
        {
            return new SendResult.Refused(problem.Message);
        }

        if (_run is not { } run)
        {
            return new SendResult.Deferred("the broker is not running");
        }

        return await run.Outlet.SendAsync(ApplicationMessage.From(packet, publisher: null, now), cancellationToken)
            ? new SendResult.Delivered()
            : new SendResult.Deferred("the broker stopped, or an earlier message of its topic was not taken in time");
    }

    public ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken) => new(ListenProbe.Of(options, context.Clock));

    public bool TryAdapt(object options, IReadOnlyList<string> interests)
    {
        lock (_gate)
        {
            if (options is not MqttOptions { Embedded: { } changed } || !changed.ListensLike(_settings.Options))
            {
                return false;
            }

            _settings = new BrokerSettings(changed, interests);
            _run?.Adapt(_settings);
            return true;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private BrokerRun Begin(IInbox inbox)
    {
        lock (_gate)
        {
            return _run = new BrokerRun(context, _settings, inbox);
        }
    }
}
