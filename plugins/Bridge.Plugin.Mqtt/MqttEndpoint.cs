using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Client;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt;

/// <summary>A client of one broker.</summary>
internal sealed class MqttEndpoint : IEndpoint, IProbe
{
    private const string WindowPrefix = "window/";
    private const string ReceivedPrefix = "received/";

    // Nothing bounds what a broker of 3.1.1 has unacknowledged, so half of all packet ids must be seen in sequence.
    private const int ProofOf311 = 32_767;

    // Twice the receive maximum, since Mosquitto sends up to so many after a reconnect; and few enough for the argument of docs/decisions/0201.
    private const int MostRemembered = 32_000;

    private readonly EndpointContext _context;
    private readonly ClientSettings _settings;
    private readonly PublishQueue _queue;
    private readonly DuplicateWindow _window;
    private readonly ReceivedIds _received = new(ReceivedPrefix);
    private readonly SilentCloses _closes;

    public MqttEndpoint(EndpointContext context, MqttOptions options)
    {
        _context = context;
        _settings = ClientSettings.From(options, context);
        _queue = new PublishQueue(_settings.Version, context.Clock);
        _closes = new SilentCloses(context.Clock);
        _window = new DuplicateWindow(
            WindowPrefix, Math.Min(2 * _settings.ReceiveMaximum, MostRemembered), _settings.Version == ProtocolVersion.V5 ? _settings.ReceiveMaximum : ProofOf311, context.Clock);
    }

    public EndpointCapabilities CapabilitiesOf(Address address) => new()
    {
        Sends = EventFeature.Text | EventFeature.Data,
        Resend = new ResendClass.Harmless(),
        InFlight = _queue.InFlight,
    };

    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        try
        {
            await _window.LoadAsync(_context.State, stopping);
            await _received.LoadAsync(_context.State, stopping);
            var records = new SendRecords();
            await records.LoadAsync(_context.State, stopping);
            await using var link = await BrokerLink.OpenAsync(_settings, _context.Clock, stopping);
            _closes.Opened();
            await new ClientRun(_context, _settings, link, _queue, inbox, new SessionState(_window, _received, records)).RunAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping while connecting is an ordinary end.
        }
        catch (MqttConnectionException failure)
        {
            throw _closes.Explain(failure);
        }

        if (stopping.IsCancellationRequested)
        {
            _queue.Abandon();
        }
    }

    public async ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        if (Topic.FaultOfName(outbound.To.Rest) is { } fault)
        {
            return new SendResult.Refused(fault, "correct the destination's topic");
        }

        return MqttMapper.ToPublish(outbound, _context.Clock.GetUtcNow()) is { } packet
            ? await _queue.SendAsync(packet, outbound.Key, cancellationToken)
            : new SendResult.Refused("MQTT carries texts and data only");
    }

    public ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken) => BrokerProbe.RunAsync(_settings, _context, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _queue.Abandon();
        _window.Dispose();
        return ValueTask.CompletedTask;
    }
}
