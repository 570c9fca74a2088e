using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Kannel;

/// <summary>Where Kannel calls: <c>/message</c> with what came in, <c>/report</c> with what became of a part. Answered 200 when it is durable.</summary>
internal sealed class KannelDesk(EndpointContext context, Secret secret)
{
    private readonly byte[] _secret = SHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal()));

    /// <summary>Whether it shows a secret, or the signature of a report.</summary>
    public static bool IsCalledBy(HttpCall call) => call.Path.Trim('/').Split('/') switch
    {
        ["report"] => Parameter(call, "sign") is not null,
        ["message"] => Parameter(call, "secret") is not null,
        [_, "message"] => true,
        _ => false,
    };

    /// <summary>Called for every request that reached this endpoint: it is a stranger's until it has shown the secret, in its query or before its path.</summary>
    public async ValueTask<HttpReply> ServeAsync(HttpCall call, Reception reception, ReportDesk reports, CancellationToken cancellationToken)
    {
        var path = call.Path.Trim('/').Split('/');
        if (path is ["report"])
        {
            return await ReportAsync(call, reports, cancellationToken);
        }

        var shown = path.Length == 2 ? Uri.UnescapeDataString(path[0]) : Parameter(call, "secret");
        if (path[^1] != "message" || path.Length > 2)
        {
            return Answer(404);
        }

        if (shown is null)
        {
            return Answer(401);
        }

        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(shown)), _secret))
        {
            context.Drops.Dropped("a call with a wrong secret");
            return Answer(403);
        }

        return call.Method is "GET" or "POST" ? await MessageAsync(call, reception, cancellationToken) : Answer(405);
    }

    private async Task<HttpReply> MessageAsync(HttpCall call, Reception reception, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        if (call.Method == "POST")
        {
            await call.Body.CopyToAsync(body, cancellationToken);
        }

        if (KannelMessage.TryRead(call.RawQuery, call.Headers, call.Method == "POST" ? body.ToArray() : null) is not { } message)
        {
            context.Drops.Dropped("a message without a sender (does Kannel's URL say from=%p?)");
            return Answer(400);
        }

        await reception.TakeAsync(message, cancellationToken);
        return Answer(200); // with nothing in it: Kannel would send a body back as an answer
    }

    private async Task<HttpReply> ReportAsync(HttpCall call, ReportDesk reports, CancellationToken cancellationToken)
    {
        if (ReportTicket.TryRead(secret, name => Parameter(call, name)) is not { } part)
        {
            context.Drops.Dropped("a report that is not signed by this endpoint");
            return Answer(403);
        }

        if (ReportTicket.OutcomeOf(part, Parameter(call, "type"), Parameter(call, "answer")) is { } report)
        {
            await reports.TakeAsync(report, cancellationToken);
        }

        return Answer(200);
    }

    private static string? Parameter(HttpCall call, string name) => call.Query.FirstOrDefault(parameter => parameter.Key == name).Value;

    private static HttpReply Answer(int status) => new(status, default, "text/plain");
}
