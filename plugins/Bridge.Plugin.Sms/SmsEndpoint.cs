using Bridge.Abstractions;
using Bridge.Plugin.Sms.Phone;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Twilio;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms;

/// <summary>Sends and receives short messages, by one way or several.</summary>
internal sealed class SmsEndpoint : IEndpoint, IServeHttp, IMeasure, IProbe, IGauge
{
    /// <summary>What it can carry at most: files as MMS, where every way takes them.</summary>
    public const EventFeature Carries = EventFeature.Text | EventFeature.Attachment;

    private readonly EndpointContext _context;
    private readonly SmsOptions _options;
    private readonly List<Way> _ways;
    private readonly EndpointCapabilities _capabilities;
    private volatile SmsRun? _running;

    /// <param name="context">As the host gives it.</param>
    /// <param name="options">Checked.</param>
    /// <param name="handler">In tests, in the place of the network.</param>
    public SmsEndpoint(EndpointContext context, SmsOptions options, HttpMessageHandler? handler = null)
    {
        (_context, _options) = (context, options);
        _ways = [.. WayOptions.AllOf(options).Select(way => new Way(way, context, handler))];
        _capabilities = new EndpointCapabilities
        {
            Sends = _ways.All(way => way.Driver.CarriesFiles) ? Carries : EventFeature.Text,
            Resend = ResendOf(options),
            MaxTextLength = TextCutter.LongestOf(options),
            MaxAttachment = TwilioMedia.Most,
            MayEcho = false,
        };
    }

    /// <summary>How it stands with each way, in the order of preference.</summary>
    public IReadOnlyList<WayStanding> Ways => [.. _ways.Select(way => way.Standing)];

    public IReadOnlyList<Figure> Figures =>
        [.. from way in _ways from figure in way.Driver.Figures select way.Options.Place is null ? figure : figure with { Part = way.Options.Title }];

    public long MostBytes => _ways.Max(way => way.Driver.MostBytes);

    public EndpointCapabilities CapabilitiesOf(Address address) => _capabilities;

    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        try
        {
            using var running = new SmsRun(_context, _options, _ways, inbox);
            await running.RunAsync(Connected, stopping);

            void Connected()
            {
                _running = running;
                inbox.Connected();
            }
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

    /// <summary>By the way that needs the most: which it will be is not known yet.</summary>
    public int UnitsOf(Outbound outbound) => Dispatch.TextOf(outbound) is { } text ? _ways.Max(way => way.PartsOf(text)) ?? 1 : 1;

    public async ValueTask<HttpReply> ServeAsync(HttpCall call, CancellationToken cancellationToken) =>
        _running is { } running ? await running.ServeAsync(call, cancellationToken) : new HttpReply(503, default, "text/plain");

    public async ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken) =>
        _ways is [var only] ? await WayProbe.OfAsync(only, cancellationToken) : await WayProbe.OfAllAsync(_ways, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _ways.ForEach(way => way.Dispose());
        return ValueTask.CompletedTask;
    }

    // A repeat is a second message, and somebody pays for it. A phone knows what it was given, and so do some services; another way does not.
    private static ResendClass ResendOf(SmsOptions options) => WayOptions.AllOf(options) switch
    {
        [{ Driver.Kind: DriverKind.AndroidSmsGateway }] => new ResendClass.Keyed(PhoneDriver.Memory),
        [{ Driver: { Kind: DriverKind.Webhook, Send.Remembers: { } memory } }] => new ResendClass.Keyed(memory),
        _ => new ResendClass.Unsafe(),
    };
}
