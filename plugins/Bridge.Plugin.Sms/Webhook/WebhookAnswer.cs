using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>
/// What the answer to a new message means. Pure. Nobody promised that a repeat is dropped, unless the configuration says so, and so everything
/// unclear stays unclear. The service's words are not passed on: they may quote a number.
/// </summary>
internal static class WebhookAnswer
{
    public const string WrongPassword = "the service refuses the user name or password";
    private const string TakesNothing = "the service takes no messages at the moment";

    /// <returns>What it means, and what the service calls the message.</returns>
    public static (PartResult Result, string? Id) Of(GatewayAnswer answer, WebhookSendOptions send)
    {
        if (!IsYes(answer.Status, send.Success))
        {
            return (OfNo(answer, send), null);
        }

        using var json = ForeignJson.TryParse(answer.Body);
        var result = OfWord(answer, json, send.Success);
        return (result, result.Result is SendResult.Accepted ? WebhookName.Of(Find(json, send.Id)) : null);
    }

    /// <summary>Null when it is good.</summary>
    public static string? FaultOfStatus(int status) => status switch
    {
        >= 200 and < 300 => null,
        401 or 403 => WrongPassword + ": correct driver.username and driver.password",
        _ => $"driver.status is answered with HTTP {status}",
    };

    private static bool IsYes(int status, WebhookSuccessOptions success) =>
        success.Status.Count > 0 ? success.Status.Contains(status) : status is >= 200 and < 300;

    private static PartResult OfNo(GatewayAnswer answer, WebhookSendOptions send) => answer.Status switch
    {
        var status when send.Retry.Contains(status) => new SendResult.Deferred(TakesNothing, answer.RetryAfter),
        429 => new SendResult.Deferred(TakesNothing, answer.RetryAfter),
        503 when answer.RetryAfter is not null => new SendResult.Deferred(TakesNothing, answer.RetryAfter),
        409 when send.Remembers is not null => new SendResult.Accepted(), // it has it: this was a repeat
        401 or 403 => new SendResult.Deferred(WrongPassword), // the message is good, the configuration is not
        402 => PartResult.OfWay("the account at the service has no credit (HTTP 402)", "add credit to it"),
        404 or 405 or 410 => new SendResult.Deferred($"nothing takes messages at driver.url (HTTP {answer.Status})"),
        301 or 307 or 308 => new SendResult.Deferred("driver.url leads elsewhere: write the address that it leads to"),
        >= 400 and < 500 and not 408 => new SendResult.Refused(
            $"the service refuses it (HTTP {answer.Status})",
                "look at what the service's documentation and log say; a wrong number is the usual reason"),
        _ => new SendResult.Uncertain($"the service answered with HTTP {answer.Status}"),
    };

    private static PartResult OfWord(GatewayAnswer answer, JsonDocument? json, WebhookSuccessOptions success)
    {
        if (success.Is.Count == 0)
        {
            return new SendResult.Accepted();
        }

        var word = success.Path is null ? ForeignJson.TextOf(answer.Body).Trim() : Find(json, success.Path);
        return word switch
        {
            null or "" => new SendResult.Uncertain("the service answered something else than driver.send.success says"),
            _ when success.Is.Contains(word) => new SendResult.Accepted(),
            _ when success.Later.Contains(word) => new SendResult.Deferred(TakesNothing, answer.RetryAfter),
            _ when success.Unclear.Contains(word) => new SendResult.Uncertain("the service does not know whether it was sent"),
            _ => new SendResult.Refused(
                WebhookName.CodeOf(word) is { } code ? $"the service refuses it ({code})" : "the service refuses it",
                "look at what the service's documentation says of this answer"),
        };
    }

    private static string? Find(JsonDocument? json, string? path) =>
        json is not null && path is not null ? JsonPath.TryParse(path)?.Find(json.RootElement) : null;
}
