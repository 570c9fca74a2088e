using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>
/// Where Twilio calls: <c>/message</c> with what came in, <c>/report</c> with what became of a message of ours, <c>/media</c> for a file of ours. Nothing is
/// believed before its signature is right; answered 200 when it is durable.
/// </summary>
internal sealed class TwilioDesk(EndpointContext context, Uri callback, Secret token, TwilioMedia media, TwilioNumbers numbers, bool isReported)
{
    public const string SignatureHeader = "X-Twilio-Signature";
    private const string ReportPath = "report";

    // Twilio takes any words in the answer for an SMS to send back.
    private static readonly byte[] s_nothing = Encoding.UTF8.GetBytes("""<?xml version="1.0" encoding="UTF-8"?><Response/>""");

    /// <summary>The URL that Twilio calls when it knows more of a message. The signature of the call covers it, so it needs none of its own.</summary>
    public string ReportUrlOf(DeliveryKey key) => $"{callback.AbsoluteUri.TrimEnd('/')}/{ReportPath}?key={Uri.EscapeDataString(key.Value)}";

    /// <summary>By which Twilio fetches our files.</summary>
    public MediaLinks Links { get; } = new(context, callback, token);

    /// <summary>Whether a request has the marks of Twilio's, which does not say that it is to be believed.</summary>
    public bool IsCalledBy(HttpCall call) => call.Headers.ContainsKey(SignatureHeader) || Links.Permits(call);

    /// <summary>Called for every request that reached this endpoint: it is a stranger's until its signature is right.</summary>
    public async ValueTask<HttpReply> ServeAsync(HttpCall call, Reception reception, ReportDesk reports, CancellationToken cancellationToken)
    {
        var path = call.Path.Trim('/');
        if (path == MediaLinks.Path)
        {
            return await Links.ServeAsync(call, cancellationToken);
        }

        if (path is not ("message" or ReportPath))
        {
            return Answer(404);
        }

        if (call.Method != "POST")
        {
            return Answer(405);
        }

        if (!call.Headers.TryGetValue(SignatureHeader, out var signature))
        {
            context.Drops.Dropped("a call without a signature");
            return Answer(401);
        }

        using var body = new MemoryStream();
        await call.Body.CopyToAsync(body, cancellationToken);
        var form = FormFields.Read(body.GetBuffer().AsSpan(0, (int)body.Length));
        if (!TwilioSignature.IsOf(token, callback, RestOf(call), form, signature))
        {
            context.Drops.Dropped("a call with a wrong signature (is what stands in Twilio's console driver.callback, with /message behind it?)");
            return Answer(403);
        }

        return path == ReportPath
            ? await ReportAsync(call, form, reports, cancellationToken) : await MessageAsync(form, reception, cancellationToken);
    }

    private async Task<HttpReply> MessageAsync(FormFields form, Reception reception, CancellationToken cancellationToken)
    {
        numbers.Called(form.ValueOf("To"));
        var files = await media.BringAsync(TwilioArrival.FilesOf(form), cancellationToken);
        if (TwilioArrival.Of(form, files) is not { } message)
        {
            context.Drops.Dropped("a message without a sender or an id");
            return Answer(400);
        }

        await reception.TakeAsync(message, cancellationToken);
        return Answer(200);
    }

    private async Task<HttpReply> ReportAsync(HttpCall call, FormFields form, ReportDesk reports, CancellationToken cancellationToken)
    {
        if (call.Query.FirstOrDefault(parameter => parameter.Key == "key").Value is not { Length: > 0 and <= 64 } key)
        {
            context.Drops.Dropped("a report that names no message");
            return Answer(400);
        }

        if (TwilioOutcome.Of(new DeliveryKey(key), form, isReported) is { } report)
        {
            await reports.TakeAsync(report, cancellationToken);
        }

        return Answer(200);
    }

    private static string RestOf(HttpCall call) => call.RawQuery.Length > 0 ? $"{call.Path}?{call.RawQuery}" : call.Path;

    private static HttpReply Answer(int status) => status == 200 ? new(200, s_nothing, "text/xml") : new(status, default, "text/plain");
}
