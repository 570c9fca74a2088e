using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>
/// Any service that takes a message by an HTTP request and calls with what comes in, as the configuration describes it. It cuts texts itself.
/// </summary>
internal sealed class WebhookDriver(WayOptions options, EndpointContext context, HttpMessageHandler? handler) : IDriver
{
    private const int LongestAnswer = 100_000;
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(5);

    private readonly GatewayClient _client = new("the service", handler, context.Clock, LongestAnswer);
    private readonly GatewayWatch _watch = new(context.Clock, s_interval);
    private readonly WebhookRequest _requests = new(options.Driver);
    private readonly WebhookSendOptions _send = KindOptions.Needed(options.Driver.Send);
    private readonly UnderWay _underWay = new();
    private readonly WebhookDesk? _desk = options.Driver is { Receive: { } receive, Secret: { } secret }
        ? new WebhookDesk(context, receive, options.Driver.Numbers ?? default, secret) : null;

    private volatile SentParts? _sent;
    private volatile Refusal? _refusal;

    public bool Reports => options.Driver is { Receive.Report: not null, Secret: not null };

    public bool CarriesWholeTexts => true;

    /// <summary>
    /// Without a page to ask, only messages show that the account is wrong; and that it is right again. Where another way takes them there are none
    /// to show it, so a refusal holds until the next regular look alone.
    /// </summary>
    private string? Fault => _refusal is { } refusal && context.Clock.GetElapsedTime(refusal.At) < s_interval ? refusal.Why : null;

    public async Task OpenAsync(Running running, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        _refusal = null;
        _sent = new SentParts(context, running.Inbox);
    }

    public async Task WatchAsync(IInbox inbox, CancellationToken stopping)
    {
        try
        {
            await _watch.RunAsync(CheckAsync, _ => Task.FromResult(Fault), inbox, stopping);
        }
        finally
        {
            _sent = null;
        }
    }

    public async ValueTask<PartResult> SendAsync(OutgoingPart part, CancellationToken cancellationToken) =>
        _sent is not { } sent ? new SendResult.Deferred("not connected")
            : await _underWay.DoAsync(() => HandOverAsync(part, sent, cancellationToken));

    public bool IsCalledBy(HttpCall call) => _desk?.IsCalledBy(call) is true;

    public async ValueTask<HttpReply> ServeAsync(HttpCall call, Reception reception, ReportDesk reports, CancellationToken cancellationToken) =>
        _desk is null ? new HttpReply(404, default, "text/plain")
        : _sent is not { } sent ? new HttpReply(503, default, "text/plain")
        : await _desk.ServeAsync(call, reception, reports, (id, given) => FindAsync(sent, id, given), cancellationToken);

    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        return options.Driver.Status is null ? "the service is there; whether it knows the account is seen when a message is sent"
            : "the service is there, and knows the account";
    }

    public void Dispose() => _client.Dispose();

    private async Task<PartResult> HandOverAsync(OutgoingPart part, SentParts sent, CancellationToken cancellationToken)
    {
        try
        {
            using var request = _requests.Of(ValuesOf(part));
            var answer = await _client.ExchangeAsync(request, cancellationToken);
            var (result, id) = WebhookAnswer.Of(answer, _send);
            Stand(answer.Status is 401 or 403 or 404 && result.Result is SendResult.Deferred refused ? refused.Why : null);
            if (id is not null && options.Driver.Receive?.Report?.Id is not null)
            {
                sent.Put(id, part);
            }

            return result;
        }
        catch (GatewayException failure)
        {
            _watch.Tell();
            return failure.MayHaveArrived ? new SendResult.Uncertain(failure.Message) : new SendResult.Deferred(failure.Message);
        }
    }

    /// <summary>By what was answered to a message; null for nothing.</summary>
    private void Stand(string? fault)
    {
        var isNews = fault != Fault;
        _refusal = fault is null ? null : new Refusal(fault, context.Clock.GetTimestamp());
        if (isNews)
        {
            _watch.Tell();
        }
    }

    /// <summary>A report may overtake the answer that names its message.</summary>
    private async Task<(string Key, SentPart Part)?> FindAsync(SentParts sent, string id, CancellationToken cancellationToken)
    {
        var answers = _underWay.AllAsync();
        if (await sent.FindAsync([id], cancellationToken) is { } known)
        {
            return known;
        }

        await answers.WaitAsync(cancellationToken);
        return await sent.FindAsync([id], cancellationToken);
    }

    private Dictionary<string, string> ValuesOf(OutgoingPart part)
    {
        var numbers = options.Driver.Numbers ?? default;
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [WebhookTemplate.To] = WebhookNumber.Write(part.To, numbers),
            [WebhookTemplate.From] = WebhookNumber.Write(options.Sender ?? "", numbers),
            [WebhookTemplate.Text] = part.Text.Value,
            [WebhookTemplate.Id] = OwnId.Of(part.Key),
            [WebhookTemplate.Callback] = options.Driver is { Callback: { } callback, Secret: { } secret }
                ? WebhookTicket.UrlOf(callback, secret, part.Key) : "",
        };
    }

    /// <summary>Never where a message is sent: of a service that is not known nobody knows what else would be one.</summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var page = options.Driver.Status;
        var root = new Uri(KindOptions.Needed(options.Driver.Url).GetLeftPart(UriPartial.Authority) + "/");
        using var request = page is null ? _requests.Of(HttpMethod.Head, root) : _requests.Of(HttpMethod.Get, page);
        try
        {
            var answer = await _client.ExchangeAsync(request, cancellationToken);
            if (page is not null && WebhookAnswer.FaultOfStatus(answer.Status) is { } fault)
            {
                throw new IOException(fault);
            }
        }
        catch (GatewayException failure) when (page is null && failure.MayHaveArrived)
        {
            // Somebody is there, and does not like the question.
        }
    }

    private sealed record Refusal(string Why, long At);
}
