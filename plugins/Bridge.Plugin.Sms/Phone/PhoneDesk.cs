using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>Where the phone calls. Nothing is read before its signature is right; answered 200 when it is durable.</summary>
internal sealed class PhoneDesk(EndpointContext context, Secret key, bool isReported)
{
    private readonly PhoneFiles _files = new(context.Blobs);

    /// <summary>Called for every request that reached this endpoint: it is a stranger's until its signature is right.</summary>
    public async ValueTask<HttpReply> ServeAsync(HttpCall call, Reception reception, AwaitedReports awaited, CancellationToken cancellationToken)
    {
        if (call.Path.Trim('/') != PhoneHooks.Path)
        {
            return Answer(404);
        }

        if (call.Method != "POST")
        {
            return Answer(405);
        }

        if (!call.Headers.TryGetValue("X-Signature", out var signature) || !call.Headers.TryGetValue("X-Timestamp", out var timestamp))
        {
            context.Drops.Dropped("a call without a signature");
            return Answer(401);
        }

        using var body = new MemoryStream();
        await call.Body.CopyToAsync(body, cancellationToken);
        var content = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (FaultOf(content.Span, timestamp, signature) is { } fault)
        {
            context.Drops.Dropped(fault);
            return Answer(403);
        }

        return await TakeAsync(content, reception, awaited, cancellationToken);
    }

    private string? FaultOf(ReadOnlySpan<byte> body, string timestamp, string signature) =>
        !PhoneSignature.IsOf(key, body, timestamp, signature) ? "a call with a wrong signature (is driver.secret the app's signing key?)"
        : CallAge.IsFresh(timestamp, context.Clock.GetUtcNow()) ? null
        : "a call signed more than five minutes ago or ahead (is the phone's clock right?)";

    private async ValueTask<HttpReply> TakeAsync(
        ReadOnlyMemory<byte> body, Reception reception, AwaitedReports awaited, CancellationToken cancellationToken)
    {
        if (ForeignJson.TryRead(body.Span, PhoneJson.Default.WebhookCall) is not { Event: { } name, Payload: { } payload })
        {
            context.Drops.Dropped("a call that says nothing");
            return Answer(400);
        }

        if (name is "sms:received" or PhoneHooks.Mms)
        {
            if (await MessageOfAsync(name, payload, cancellationToken) is not { } message)
            {
                context.Drops.Dropped("a message without a sender or a text");
                return Answer(400);
            }

            await reception.TakeAsync(message, cancellationToken);
        }
        else if (OwnId.KeyOf(payload.MessageId) is { } of && PhoneOutcome.OfEvent(of, name, payload.Reason, isReported) is { } report)
        {
            await awaited.SettleAsync(report, cancellationToken);
        }

        return Answer(200); // also for what others sent through this phone
    }

    private async Task<ReceivedMessage?> MessageOfAsync(string name, WebhookPayload payload, CancellationToken cancellationToken)
    {
        if (name != PhoneHooks.Mms)
        {
            return PhoneArrival.Of(payload);
        }

        var (files, lines) = await _files.BringAsync(payload, cancellationToken);
        return PhoneArrival.OfMms(payload, files, lines);
    }

    private static HttpReply Answer(int status) => new(status, default, "text/plain");
}
