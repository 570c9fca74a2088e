using Bridge.Abstractions;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Kannel;

/// <summary>What smsbox's answer means. Pure. Its words are not passed on: they may quote a number.</summary>
internal static class KannelAnswer
{
    private const string WrongPassword = "Kannel refuses the user name or password";

    /// <param name="status">The HTTP status.</param>
    /// <param name="body">Begins with a number and a colon: 0 accepted, 3 queued until the SMS centre is back.</param>
    public static PartResult Of(int status, string body) => status switch
    {
        200 or 202 when body.StartsWith("0:", StringComparison.Ordinal) || body.StartsWith("3:", StringComparison.Ordinal) => new SendResult.Accepted(),
        401 or 403 => new SendResult.Deferred(WrongPassword), // the message is good, the configuration is not
        404 or 405 => new SendResult.Deferred("what answers at driver.url is not Kannel's sendsms"),
        402 => PartResult.OfWay("Kannel wants to be paid first (HTTP 402)", "ask whoever runs Kannel for credit"),
        429 or 503 => new SendResult.Deferred("Kannel takes no messages at the moment"),
        >= 400 and < 500 => new SendResult.Refused($"Kannel refuses it (HTTP {status})", "look into the access log of smsbox; a wrong number or a missing sender are the usual reasons"),
        _ => new SendResult.Uncertain($"Kannel answered with HTTP {status}"),
    };

    /// <summary>Null when the request without a receiver was refused for just that reason: then Kannel is there and knows us. Otherwise why not.</summary>
    public static string? FaultOfCheck(int status) => status switch
    {
        400 => null,
        401 or 403 => WrongPassword + ": correct driver.username and driver.password",
        404 or 405 => "what answers at driver.url is not Kannel's sendsms",
        _ => $"Kannel answered with HTTP {status}",
    };
}
