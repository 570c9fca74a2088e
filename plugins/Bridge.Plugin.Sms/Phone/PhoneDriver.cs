using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>
/// The app SMS Gateway for Android (android-sms-gateway), on the phone itself or by way of a server. It takes whole texts, which the phone cuts; and
/// it takes each id once, so an unclear outcome is cleared by asking again.
/// </summary>
internal sealed class PhoneDriver(WayOptions options, EndpointContext context, HttpMessageHandler? handler) : IDriver
{
    /// <summary>The phone keeps what it sent for a day at least, and for ever unless its owner says otherwise; a server for a month.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private const int ShortestLife = 5; // what a server takes
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_pollWhereItCalls = TimeSpan.FromMinutes(1);

    private readonly PhoneClient _client = new(options, handler, context.Clock);
    private readonly PhoneDesk? _desk = options.Driver.Secret is { } key ? new PhoneDesk(context, key, IsReported(options)) : null;
    private volatile PhoneRun? _run;

    /// <summary>Always: that a phone took a message does not say that it can send it.</summary>
    public bool Reports => true;

    public long MostBytes => PhoneFiles.MostBytes;

    public bool CarriesWholeTexts => true;

    /// <summary>Whether the network is asked for delivery reports.</summary>
    public static bool IsReported(WayOptions options) => options.Driver.Reports ?? true;

    public static TimeSpan IntervalOf(DriverOptions driver) =>
        driver.Poll ?? (driver is { Callback: not null, Secret: not null } ? s_pollWhereItCalls : s_poll);

    public async Task OpenAsync(Running running, CancellationToken cancellationToken)
    {
        var device = await new PhoneDevices(_client, options.Driver).FindAsync(cancellationToken);
        var run = new PhoneRun(context, options, _client, running, device);
        await run.LoadAsync(cancellationToken);
        _run = run;
    }

    public async Task WatchAsync(IInbox inbox, CancellationToken stopping)
    {
        try
        {
            await (_run ?? throw new InvalidOperationException("not opened")).WatchAsync(inbox, stopping);
        }
        finally
        {
            _run = null;
        }
    }

    public async ValueTask<PartResult> SendAsync(OutgoingPart part, CancellationToken cancellationToken)
    {
        if (_run is not { } run)
        {
            return new SendResult.Deferred("not connected");
        }

        try
        {
            var message = MessageOf(part, run.Device);
            var (status, body) = await _client.PostAsync(
                "/messages?skipPhoneValidation=true", message, PhoneJson.Default.NewMessage, cancellationToken);
            var result = PhoneAnswer.Of(status, body, message.Id);
            if (result is SendResult.Accepted)
            {
                run.Awaited.Put(part.Key);
            }
            else if (result is not SendResult.Refused)
            {
                run.Tell();
            }

            return result;
        }
        catch (GatewayException failure)
        {
            run.Tell();
            return failure.MayHaveArrived ? new SendResult.Uncertain(failure.Message) : new SendResult.Deferred(failure.Message);
        }
    }

    public bool IsCalledBy(HttpCall call) => _desk is not null && call.Path.Trim('/') == PhoneHooks.Path;

    public async ValueTask<HttpReply> ServeAsync(HttpCall call, Reception reception, ReportDesk reports, CancellationToken cancellationToken) =>
        _desk is null ? new HttpReply(404, default, "text/plain")
        : _run is not { } run ? new HttpReply(503, default, "text/plain")
        : await _desk.ServeAsync(call, reception, run.Awaited, cancellationToken);

    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        var device = await new PhoneDevices(_client, options.Driver).FindAsync(cancellationToken);
        return PhoneDevices.FaultOf(device, context.Clock.GetUtcNow()) is { } fault ? throw new IOException(fault)
            : "the gateway knows the user, and has the phone";
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The app would refuse short codes and landlines by a table of its own; ours are canonical, and the network decides.</summary>
    private NewMessage MessageOf(OutgoingPart part, string device) => new(
        OwnId.Of(part.Key), device, [part.To], new NewText(part.Text.Value), options.Driver.Sim, IsReported(options),
        part.Expires is { } end ? (long)Math.Max(ShortestLife, Math.Ceiling((end - context.Clock.GetUtcNow()).TotalSeconds)) : null, Urgency.OnPhone(part, options.Driver));
}
