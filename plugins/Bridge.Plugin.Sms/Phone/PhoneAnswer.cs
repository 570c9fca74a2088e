using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>What the answer to a new message means. Pure. Its words are not passed on: they may quote a number.</summary>
internal static class PhoneAnswer
{
    public const string WrongPassword = "the phone's gateway refuses the user name or password";
    public const string SomethingElse = "what answers at driver.url is not SMS Gateway for Android";

    /// <param name="status">The HTTP status.</param>
    /// <param name="body">JSON.</param>
    /// <param name="id">Of the message.</param>
    public static SendResult Of(int status, byte[] body, string id) => status switch
    {
        409 => new SendResult.Accepted(), // it has it: this was a repeat
        >= 200 and < 300 when ForeignJson.TryRead(body, PhoneJson.Default.MessageStatus)?.Id == id => new SendResult.Accepted(),
        >= 200 and < 300 => new SendResult.Uncertain(SomethingElse),
        400 when IsAboutTheDevice(body) => new SendResult.Deferred("the gateway does not know the phone any more"),
        401 or 403 => new SendResult.Deferred(WrongPassword), // the message is good, the configuration is not
        404 or 405 => new SendResult.Deferred(SomethingElse),
        429 => new SendResult.Deferred("the phone's gateway takes no messages at the moment: its queue is full"),
        503 when body is [(byte)'{', ..] => new SendResult.Deferred("the phone's gateway takes no messages at the moment: its queue is full"),
        >= 400 and < 500 and not 408 => new SendResult.Refused(
            $"the phone's gateway refuses it (HTTP {status})", "look into the app's log; a wrong number is the usual reason"),
        _ => new SendResult.Uncertain($"the phone's gateway answered with HTTP {status}"), // a 503 of a proxy too: it may have passed it on
    };

    /// <summary>Null when it is good.</summary>
    public static string? FaultOf(int status) => status switch
    {
        >= 200 and < 300 => null,
        401 or 403 => WrongPassword + ": correct driver.username and driver.password",
        404 or 405 => SomethingElse,
        _ => $"the phone's gateway answered with HTTP {status}",
    };

    /// <summary>The phone says "Invalid device ID", the server "record not found".</summary>
    private static bool IsAboutTheDevice(byte[] body)
    {
        var said = Encoding.UTF8.GetString(body);
        return said.Contains("device", StringComparison.OrdinalIgnoreCase) || said.Contains("record not found", StringComparison.OrdinalIgnoreCase);
    }
}
