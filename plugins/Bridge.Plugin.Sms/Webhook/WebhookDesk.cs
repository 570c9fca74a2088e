using Bridge.Abstractions;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>
/// Where the service calls: <c>/message</c> with what came in, <c>/report</c> with what became of a message of ours. Nothing is believed before it
/// is proved; answered 200 when it is durable.
/// </summary>
internal sealed class WebhookDesk(EndpointContext context, WebhookReceiveOptions options, WebhookNumbers numbers, Secret secret)
{
    public const string MessagePath = "message";
    public const string ReportPath = "report";

    private readonly WebhookProofCheck _proof = new(options.Auth, secret);

    /// <summary>Whether it bears what the service shows, at a place where the service calls.</summary>
    public bool IsCalledBy(HttpCall call) => IsPlace(call.Path.Trim('/'))
        && (_proof.IsShownBy(call) || WebhookTicket.TryRead(secret, call) is not null);

    /// <summary>Called for every request that reached this endpoint: it is a stranger's until it is proved.</summary>
    /// <param name="call">The request.</param>
    /// <param name="reception">Takes messages.</param>
    /// <param name="reports">Takes reports.</param>
    /// <param name="sent">Finds what the service calls by its own name.</param>
    /// <param name="cancellationToken">Given up.</param>
    public async ValueTask<HttpReply> ServeAsync(
        HttpCall call, Reception reception, ReportDesk reports, Func<string, CancellationToken, Task<(string Key, SentPart Part)?>> sent,
        CancellationToken cancellationToken)
    {
        var path = call.Path.Trim('/');
        if (!IsPlace(path))
        {
            return Answer(404);
        }

        if (call.Method != "POST" && !(call.Method == "GET" && _proof.CoversQuery))
        {
            return Answer(405);
        }

        using var body = new MemoryStream();
        await call.Body.CopyToAsync(body, cancellationToken);
        var content = body.GetBuffer().AsMemory(0, (int)body.Length);
        using var fields = CallFields.Read(content, call.Headers.GetValueOrDefault("Content-Type"), _proof.CoversQuery ? call.Query : []);
        var ticket = path == ReportPath ? WebhookTicket.TryRead(secret, call) : null;
        var isProved = ticket is not null && options.Auth.By == WebhookProof.Parameter; // better than a secret in its place
        if (!isProved && _proof.FaultOf(call, content, fields, context.Clock.GetUtcNow()) is var (status, why))
        {
            context.Drops.Dropped(why);
            return Answer(status);
        }

        return path == MessagePath
            ? await MessageAsync(fields, options.Message!, reception, cancellationToken)
            : await ReportAsync(ticket, fields, options.Report!, reports, sent, cancellationToken);
    }

    private bool IsPlace(string path) => path switch
    {
        MessagePath => options.Message is not null,
        ReportPath => options.Report is not null,
        _ => false,
    };

    private async Task<HttpReply> MessageAsync(CallFields fields, WebhookMessageOptions places, Reception reception,
        CancellationToken cancellationToken)
    {
        if (WebhookArrival.Of(fields, places, numbers, secret) is not { } message)
        {
            context.Drops.Dropped("a message without a sender or a text (are driver.receive.message.from and .text where the service puts them?)");
            return Answer(400);
        }

        await reception.TakeAsync(message, cancellationToken);
        return Answer(200);
    }

    private async Task<HttpReply> ReportAsync(
        DeliveryKey? ticket, CallFields fields, WebhookReportOptions places, ReportDesk reports,
        Func<string, CancellationToken, Task<(string Key, SentPart Part)?>> sent, CancellationToken cancellationToken)
    {
        var ours = ticket ?? OwnId.KeyOf(fields.Find(places.OurId));
        var found = ours is null && WebhookName.Of(fields.Find(places.Id)) is { } id ? await sent(id, cancellationToken) : null;
        if ((ours ?? (found is var (_, part) ? new DeliveryKey(part.Delivery) : null)) is not { } key)
        {
            context.Drops.Dropped("a report on a message that is not ours, or was reported on before");
        }
        else if (WebhookOutcome.Of(key, fields, places) is { } report)
        {
            var isEnd = !report.IsDelivered || report.IsRead || places.Read.Count == 0;
            await reports.TakeAsync(report, isEnd && found is var (place, _) ? new StateChange(place, null) : null, cancellationToken);
        }

        return Answer(200);
    }

    private static HttpReply Answer(int status) => new(status, default, "text/plain");
}
