using Bridge.Abstractions;
using Bridge.Plugin.Sms.Kannel;
using Bridge.Plugin.Sms.Modem;
using Bridge.Plugin.Sms.Modem.Serial;
using Bridge.Plugin.Sms.Phone;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Smpp;
using Bridge.Plugin.Sms.Twilio;

namespace Bridge.Plugin.Sms;

/// <summary>One way to send and receive short messages.</summary>
/// <param name="handler">In tests, in the place of the network.</param>
internal sealed class SmsEndpoint(EndpointContext context, SmsOptions options, HttpMessageHandler? handler = null) : IEndpoint, IServeHttp, IMeasure, IProbe
{
    /// <summary>What SMS can carry. MMS is still to come: a file becomes a line.</summary>
    public const EventFeature Carries = EventFeature.Text;

    private readonly IDriver _driver = options.Driver.Kind switch
    {
        DriverKind.Smpp => new SmppDriver(options, context),
        DriverKind.AtModem => new ModemDriver(options, context),
        DriverKind.AndroidSmsGateway => new PhoneDriver(options, context, handler),
        DriverKind.Twilio => new TwilioDriver(options, context, handler),
        _ => new KannelDriver(options, context, handler),
    };

    private readonly TextCutter _cutter = new(options);
    private volatile Running? _running;

    private readonly EndpointCapabilities _capabilities = new()
    {
        Sends = Carries,
        Resend = options.Driver.Kind == DriverKind.AndroidSmsGateway ? new ResendClass.Keyed(PhoneDriver.Memory)
            : new ResendClass.Unsafe(), // a repeat is a second message, and somebody pays for it
        MaxTextLength = TextCutter.LongestOf(options),
        MayEcho = false,
    };

    /// <summary>255 parts of 140 octets, percent-encoded.</summary>
    public long MostBytes => 128_000;

    public EndpointCapabilities CapabilitiesOf(Address address) => _capabilities;

    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        try
        {
            using var running = new Running(context, options, _driver, _cutter, inbox);
            await running.LoadAsync(stopping);
            await _driver.OpenAsync(running, stopping);
            _running = running;
            inbox.Connected();
            await running.RunAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // An ordinary end.
        }
        finally
        {
            _running = null;
        }
    }

    public async ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken) =>
        _running is { } running ? await running.Dispatch.SendAsync(outbound, cancellationToken) : new SendResult.Deferred("not connected");

    public int UnitsOf(Outbound outbound) => Dispatch.TextOf(outbound) is { } text && _cutter.Cut(text) is { } cut ? cut.Segments.Count : 1;

    public async ValueTask<HttpReply> ServeAsync(HttpCall call, CancellationToken cancellationToken) =>
        _running is { } running ? await _driver.ServeAsync(call, running.Reception, running.Reports, cancellationToken) : new HttpReply(503, default, "text/plain");

    public async ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new ProbeResult.Works(await _driver.DescribeAsync(cancellationToken));
        }
        catch (DeviceInUseException busy)
        {
            return new ProbeResult.InUse(busy.Message, "stop the program that uses it; ModemManager lets go of it by a udev rule with ID_MM_DEVICE_IGNORE");
        }
    }

    public ValueTask DisposeAsync()
    {
        _driver.Dispose();
        return ValueTask.CompletedTask;
    }
}
