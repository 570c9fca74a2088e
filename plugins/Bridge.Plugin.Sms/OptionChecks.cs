using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Kannel;
using Bridge.Plugin.Sms.Modem;
using Bridge.Plugin.Sms.Phone;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Smpp;
using Bridge.Plugin.Sms.Stop;
using Bridge.Plugin.Sms.Twilio;
using Bridge.Plugin.Sms.Ways;
using Bridge.Plugin.Sms.Webhook;

namespace Bridge.Plugin.Sms;

/// <summary>What the types of <see cref="SmsOptions"/> cannot say.</summary>
internal static class OptionChecks
{
    public static IEnumerable<OptionProblem> Of(SmsOptions options) =>
        [.. OfNumbers(options), .. WayChecks.Of(options), .. OfWays(options).Distinct()];

    private static IEnumerable<OptionProblem> OfWays(SmsOptions options) =>
        WayOptions.AllOf(options) is { Count: > 0 } ways ? ways.SelectMany(OfWay) : StopChecks.Of(options, null);

    private static IEnumerable<OptionProblem> OfWay(WayOptions way) =>
        from problem in (IEnumerable<OptionProblem>)
        [
            .. StopChecks.Of(way.Endpoint, way.Driver.Kind), .. KindOptions.Foreign(way.Driver), .. OfSender("driver.sender", way.Driver.Sender),
            .. OfKind(way),
        ]
        select WayChecks.At(way, problem);

    private static IEnumerable<OptionProblem> OfKind(WayOptions way) => way.Driver.Kind switch
    {
        DriverKind.Smpp => SmppChecks.Of(way.Driver),
        DriverKind.AtModem => ModemChecks.Of(way),
        DriverKind.AndroidSmsGateway => PhoneChecks.Of(way.Driver),
        DriverKind.Twilio => TwilioChecks.Of(way),
        DriverKind.Webhook => WebhookChecks.Of(way),
        _ => KannelChecks.Of(way.Driver),
    };

    private static IEnumerable<OptionProblem> OfNumbers(SmsOptions options)
    {
        if (options.Country is { } country && DialPlan.Of(country) is null)
        {
            yield return new("country", "no country has that calling code", "write its digits alone, such as 49 or 1");
        }

        foreach (var problem in OfSender("sender", options.Sender))
        {
            yield return problem;
        }

        if (options.Alphabets.Count > 0 && WayOptions.AllOf(options).All(way => TextCutter.LanguagesOf(way).Count == 0))
        {
            yield return new("alphabets", "no way of this endpoint carries national alphabets", "remove it: only a modem and SMPP carry them") { IsWarning = true };
        }

        if (options.MaxSegments is < 1 or > 255)
        {
            yield return new("max_segments", "out of range", "write a number from 1 to 255");
        }
    }

    private static IEnumerable<OptionProblem> OfSender(string option, string? sender)
    {
        if (sender is not null && (PhoneNumber.KindOf(sender) == NumberKind.Unusable || !sender.All(char.IsAscii)))
        {
            yield return new(option, "neither a number nor a name that a message can come from", "write +491511234567, a short code, or a name of at most 11 letters and digits");
        }
    }
}
