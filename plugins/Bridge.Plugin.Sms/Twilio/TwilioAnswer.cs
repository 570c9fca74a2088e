using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>What the answer to a new message means. Pure. Twilio knows no repeats, so everything unclear stays unclear.</summary>
internal static class TwilioAnswer
{
    private const string SomethingElse = "what answers at driver.url is not Twilio";

    public static PartResult Of(GatewayAnswer answer)
    {
        var told = TwilioTold.Read(answer.Body);
        return (answer.Status, told.Code) switch
        {
            ( >= 200 and < 300, _) => OfTaken(told),
            (429, _) => TwilioErrors.Of(20429, answer.RetryAfter), // such a request is never carried out
            (503, not null) => TwilioErrors.Of(20503, answer.RetryAfter), // Twilio's own; one of a proxy says nothing of what lies behind it
            ( >= 400 and < 500 and not 408, { } code) => TwilioErrors.Of(code, answer.RetryAfter),
            (401 or 403, _) => TwilioErrors.Of(20003, null),
            (404 or 405, _) => new SendResult.Deferred(SomethingElse),
            ( >= 400 and < 500 and not 408, _) => new SendResult.Refused(
                $"Twilio refuses it (HTTP {answer.Status})", "look into Twilio's console, under Monitor, Logs, Errors"),
            _ => new SendResult.Uncertain($"Twilio answered with HTTP {answer.Status}"),
        };
    }

    /// <summary>Null when Twilio is there and knows us. It need not have liked the question.</summary>
    public static string? FaultOfCheck(GatewayAnswer answer) => (answer.Status, TwilioTold.Read(answer.Body).Code) switch
    {
        ( >= 200 and < 300, _) or (400 or 429, not null) => null,
        (_, 20005) => TwilioErrors.NotActive,
        (_, 20404) => "Twilio does not know the account: correct driver.username, or driver.account",
        (401 or 403, _) => TwilioErrors.WrongPassword + ": correct driver.username and driver.password",
        (404 or 405, _) => SomethingElse,
        _ => $"Twilio answered with HTTP {answer.Status}",
    };

    private static PartResult OfTaken(TwilioTold told) => told switch
    {
        { Sid: null or "" } => new SendResult.Uncertain(SomethingElse),
        { IsDropped: true, ErrorCode: 30002 } => PartResult.OfWay(TwilioErrors.WhyOf(told.ErrorCode), null),
        { IsDropped: true } => new SendResult.Refused(TwilioErrors.WhyOf(told.ErrorCode)),
        _ => new SendResult.Accepted(),
    };
}
