using System.Globalization;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Kannel;

/// <summary>Kannel's smsbox, over HTTP. It names nothing that it takes and drops no repeat, so an unclear outcome stays unclear.</summary>
internal sealed class KannelDriver(WayOptions options, EndpointContext context, HttpMessageHandler? handler) : IDriver
{
    private readonly KannelClient _client = new(options, handler, context.Clock);
    private readonly KannelDesk? _desk = options.Driver.Secret is { } secret ? new KannelDesk(context, secret) : null;
    private readonly GatewayWatch _watch = new(context.Clock, TimeSpan.FromMinutes(1));

    public bool Reports => options.Driver is { Callback: not null, Secret: not null };

    public bool CarriesFlash => true;

    public Task OpenAsync(Running running, CancellationToken cancellationToken) => CheckAsync(cancellationToken);

    public Task WatchAsync(IInbox inbox, CancellationToken stopping) => _watch.RunAsync(CheckAsync, FaultOfStatusAsync, inbox, stopping);

    public async ValueTask<PartResult> SendAsync(OutgoingPart part, CancellationToken cancellationToken)
    {
        try
        {
            var (status, body) = await _client.SendAsync(HeadersOf(part), part.Text.Value, cancellationToken);
            if (status is 401 or 403)
            {
                _watch.Tell();
            }

            return KannelAnswer.Of(status, body);
        }
        catch (GatewayException failure)
        {
            _watch.Tell();
            return failure.MayHaveArrived ? new SendResult.Uncertain(failure.Message) : new SendResult.Deferred(failure.Message);
        }
    }

    public bool IsCalledBy(HttpCall call) => _desk is not null && KannelDesk.IsCalledBy(call);

    public ValueTask<HttpReply> ServeAsync(HttpCall call, Reception reception, ReportDesk reports, CancellationToken cancellationToken) =>
        _desk is not null ? _desk.ServeAsync(call, reception, reports, cancellationToken) : new(new HttpReply(404, default, "text/plain"));

    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        return await FaultOfStatusAsync(cancellationToken) is { } fault ? throw new IOException(fault)
            : options.Driver.Status is null ? "Kannel knows the user" : "Kannel knows the user, and has a connection to the network";
    }

    public void Dispose() => _client.Dispose();

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        // Without a receiver smsbox refuses it, after it has looked at the password: so it says who is there and sends nothing.
        var (status, _) = await _client.SendAsync([], "", cancellationToken);
        if (KannelAnswer.FaultOfCheck(status) is { } fault)
        {
            throw new IOException(fault);
        }
    }

    private IEnumerable<(string Name, string? Value)> HeadersOf(OutgoingPart part)
    {
        yield return ("X-Kannel-To", part.To);
        yield return ("X-Kannel-From", options.Sender);
        yield return ("X-Kannel-SMSC", options.Driver.Smsc);
        yield return ("X-Kannel-Coding", part.Coding == TextCoding.Utf16 ? "2" : "0"); // left to itself Kannel makes question marks of what is not in its alphabet
        yield return ("X-Kannel-MClass", part.IsFlash ? "0" : null);
        yield return ("X-Kannel-Priority", Urgency.LevelOf(part, options.Driver) is var level and > 0 ? level.ToString(CultureInfo.InvariantCulture) : null);
        yield return ("X-Kannel-UDH", part.Header.Count > 0 ? Convert.ToHexString([.. part.Header]) : null);
        yield return ("X-Kannel-Validity", part.Expires is { } end ? MinutesUntil(end).ToString(CultureInfo.InvariantCulture) : null);
        if (options.Driver is { Callback: { } callback, Secret: { } secret })
        {
            yield return ("X-Kannel-DLR-Mask", ReportTicket.Mask);
            yield return ("X-Kannel-DLR-Url", ReportTicket.UrlOf(callback, secret, part));
        }
    }

    /// <summary>Rounded up: what may still be of use is not thrown away.</summary>
    private int MinutesUntil(DateTimeOffset end) => (int)Math.Clamp(Math.Ceiling((end - context.Clock.GetUtcNow()).TotalMinutes), 1, 7 * 24 * 60);

    /// <summary>Why messages do not leave Kannel; null when they do, or nobody asked to look.</summary>
    private async Task<string?> FaultOfStatusAsync(CancellationToken cancellationToken)
    {
        if (options.Driver.Status is not { } page)
        {
            return null;
        }

        try
        {
            var (status, body) = await _client.StatusAsync(page, cancellationToken);
            return status != 200 || StatusPage.TryRead(body) is not { } connections ? "Kannel's status page cannot be read: are driver.status and driver.status_password right?"
                : connections.Online == 0 ? "Kannel has no connection to the network: it keeps what it is given until it has one"
                : null;
        }
        catch (GatewayException failure)
        {
            return "Kannel's bearerbox does not show its status: " + failure.Message;
        }
    }
}
