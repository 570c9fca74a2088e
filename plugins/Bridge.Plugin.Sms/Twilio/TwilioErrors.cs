using Bridge.Abstractions;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>
/// What Twilio's error codes mean for a message (https://www.twilio.com/docs/api/errors). Pure. Twilio's words are not passed on: they quote numbers.
/// </summary>
internal static class TwilioErrors
{
    public const string WrongPassword = "Twilio refuses the user name or password";
    public const string NotActive = "the account at Twilio is suspended or closed";

    /// <summary>Of a request that Twilio understood and refused.</summary>
    public static PartResult Of(int code, TimeSpan? after) => code switch
    {
        20003 => new SendResult.Deferred(WrongPassword), // the message is good, the configuration is not
        20005 or 30002 => new SendResult.Deferred(NotActive),
        20404 => new SendResult.Deferred("Twilio does not know the account"),
        20429 or 20503 or 21730 => new SendResult.Deferred("Twilio takes no messages at the moment", after),
        21611 => new SendResult.Deferred("too many messages of this sender wait at Twilio already", after),
        21610 => new SendResult.Refused(
            "the recipient has opted out of messages from this sender (21610)", "he opts in again by sending START to it; nobody else can"),
        21211 or 21217 or 21265 or 21421 => Refused("not a number that a message can be sent to", code, "correct the number; write it with its country"),
        21614 or 21635 or 30006 => Refused("a landline, or a number without SMS", code, "write the number of a mobile phone"),
        21408 => OfWay("the account may not send to that country", code, "in Twilio's console, under Messaging, Geo permissions, allow it"),
        21608 => OfWay("a trial account sends to verified numbers alone", code, "verify the number in Twilio's console, or upgrade the account"),
        21602 => Refused("Twilio takes no empty messages", code, "give the route a text"),
        21605 or 21617 => Refused("longer than 1600 characters", code, "shorten it, or lower max_segments"),
        21609 => OfWay("Twilio does not take the address for reports", code, "correct driver.callback: Twilio must be able to reach it by https://"),
        21612 => OfWay("nothing leads from this sender to that number", code, "write another 'sender', or a driver.service with one for that country"),
        21606 or 21212 or 21603 or 21659 or 21660 or 21661 => OfWay(
            "the account has no such sender, or it sends no SMS", code, "write one of the account's numbers as 'sender'"),
        21620 => OfWay("Twilio does not take the address of the file", code, "correct driver.callback: Twilio must be able to reach it by https://"),
        21621 or 21622 => OfWay("this sender sends no MMS", code, "remove driver.mms, or write a number as 'sender' that Twilio's console shows with MMS"),
        21701 or 21703 or 21705 => OfWay(
            "the Messaging Service has no sender for it", code, "correct driver.service, or add a sender to it in Twilio's console"),
        _ => Refused("Twilio refuses it", code, $"look at https://www.twilio.com/docs/api/errors/{code}"),
    };

    /// <summary>Of a message that Twilio took and could not deliver.</summary>
    public static string WhyOf(int? code) => code switch
    {
        null => "Twilio could not deliver it",
        30001 => "it waited for too long at Twilio (30001)",
        30002 => NotActive + " (30002)",
        30003 => "the phone cannot be reached (30003)",
        30004 => "the phone or its network blocks such messages (30004)",
        30005 => "the number is not in use (30005)",
        30006 => "a landline, or a network that cannot be reached (30006)",
        30007 => "the network took it for spam and dropped it (30007)",
        30034 => "the sender is not registered for messages to the USA (30034)",
        11200 or 11751 or 12300 => $"Twilio could not fetch the file, or does not carry its kind ({code})",
        30036 => "it expired at Twilio before it was sent (30036)",
        21610 => "the recipient has opted out of messages from this sender (21610)",
        _ => $"Twilio could not deliver it ({code})",
    };

    private static PartResult OfWay(string why, int code, string cure) => PartResult.OfWay($"{why} ({code})", cure);

    private static SendResult.Refused Refused(string why, int code, string cure) => new($"{why} ({code})", cure);
}
