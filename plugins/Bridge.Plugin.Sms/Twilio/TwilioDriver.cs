using System.Globalization;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>Twilio's Programmable Messaging. It cuts texts itself; it drops no repeat, so an unclear outcome stays unclear.</summary>
internal sealed class TwilioDriver : IDriver
{
    // What Twilio takes as ValidityPeriod, in seconds; without one it tries for the longest.
    private const int ShortestLife = 5;
    private const int LongestLife = 36_000;

    private readonly TwilioClient _client;
    private readonly GatewayWatch _watch;
    private readonly TwilioDesk? _desk;
    private readonly WayOptions _options;
    private readonly TimeProvider _clock;
    private readonly TwilioInbox? _inbox;
    private Reception? _reception;

    public TwilioDriver(WayOptions options, EndpointContext context, HttpMessageHandler? handler)
    {
        (_options, _clock) = (options, context.Clock);
        _client = new TwilioClient(options, handler, context.Clock);
        _watch = new GatewayWatch(context.Clock, TimeSpan.FromMinutes(5));
        if (options.Driver.Callback is { } callback && TwilioChecks.TokenOf(options.Driver) is { } token)
        {
            var media = new TwilioMedia(context, _client);
            var numbers = new TwilioNumbers(options);
            _desk = new TwilioDesk(context, callback, token, media, numbers, isReported: options.Driver.Reports ?? true);
            _inbox = new TwilioInbox(context, _client, media, numbers);
        }
    }

    public bool Reports => _desk is not null;

    public bool CarriesWholeTexts => true;

    public bool CarriesFiles => _options.Driver.Mms is true && _desk is not null;

    public async Task OpenAsync(Running running, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        _reception = running.Reception;
        if (_inbox is not null)
        {
            await _inbox.LoadAsync(running.Inbox, cancellationToken);
        }
    }

    public Task WatchAsync(IInbox inbox, CancellationToken stopping) => _watch.RunAsync(CheckAsync, FaultOfInboxAsync, inbox, stopping);

    public async ValueTask<PartResult> SendAsync(OutgoingPart part, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _client.SendAsync(FieldsOf(part), cancellationToken);
            if (answer.Status is 401 or 403 or 404)
            {
                _watch.Tell();
            }

            return TwilioAnswer.Of(answer);
        }
        catch (GatewayException failure)
        {
            _watch.Tell();
            return failure.MayHaveArrived ? new SendResult.Uncertain(failure.Message) : new SendResult.Deferred(failure.Message);
        }
    }

    public bool IsCalledBy(HttpCall call) => _desk?.IsCalledBy(call) is true;

    public ValueTask<HttpReply> ServeAsync(HttpCall call, Reception reception, ReportDesk reports, CancellationToken cancellationToken) =>
        _desk is not null ? _desk.ServeAsync(call, reception, reports, cancellationToken) : new(new HttpReply(404, default, "text/plain"));

    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        return "Twilio knows the account";
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Why nothing can be read back; null when it can, or nobody is to hear.</summary>
    private async Task<string?> FaultOfInboxAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _inbox is { } list && _reception is { } reception ? await list.ReadAsync(reception, cancellationToken) : null;
        }
        catch (GatewayException failure)
        {
            return failure.Message;
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (TwilioAnswer.FaultOfCheck(await _client.CheckAsync(cancellationToken)) is { } fault)
        {
            throw new IOException(fault);
        }
    }

    private IEnumerable<KeyValuePair<string, string>> FieldsOf(OutgoingPart part)
    {
        yield return new("To", part.To);
        if (part.Text.Value.Length > 0 || part.File is null)
        {
            yield return new("Body", part.Text.Value);
        }

        if (part.File is { } file)
        {
            yield return new("MediaUrl", _desk!.Links.UrlOf(file));
        }

        if (_options.Sender is { } sender)
        {
            yield return new("From", sender);
        }

        if (_options.Driver.Service is { } service)
        {
            yield return new("MessagingServiceSid", service);
        }

        if (_desk is not null)
        {
            yield return new("StatusCallback", _desk.ReportUrlOf(part.Key));
        }

        if (part.Expires is { } end && (end - _clock.GetUtcNow()).TotalSeconds is < LongestLife and var left)
        {
            yield return new("ValidityPeriod", Math.Max(ShortestLife, (int)Math.Ceiling(left)).ToString(CultureInfo.InvariantCulture));
        }
    }
}
