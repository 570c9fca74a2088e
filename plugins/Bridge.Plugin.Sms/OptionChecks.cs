using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Kannel;
using Bridge.Plugin.Sms.Modem;
using Bridge.Plugin.Sms.Phone;
using Bridge.Plugin.Sms.Smpp;
using Bridge.Plugin.Sms.Stop;
using Bridge.Plugin.Sms.Twilio;

namespace Bridge.Plugin.Sms;

/// <summary>What the types of <see cref="SmsOptions"/> cannot say.</summary>
internal static class OptionChecks
{
    public static IEnumerable<OptionProblem> Of(SmsOptions options) =>
        [.. OfNumbers(options), .. StopChecks.Of(options), .. KindOptions.Foreign(options.Driver), .. OfKind(options)];

    private static IEnumerable<OptionProblem> OfKind(SmsOptions options) => options.Driver.Kind switch
    {
        DriverKind.Smpp => SmppChecks.Of(options.Driver),
        DriverKind.AtModem => ModemChecks.Of(options),
        DriverKind.AndroidSmsGateway => PhoneChecks.Of(options.Driver),
        DriverKind.Twilio => TwilioChecks.Of(options),
        _ => KannelChecks.Of(options.Driver),
    };

    private static IEnumerable<OptionProblem> OfNumbers(SmsOptions options)
    {
        if (options.Country is { } country && DialPlan.Of(country) is null)
        {
            yield return new("country", "no country has that calling code", "write its digits alone, such as 49 or 1");
        }

        if (options.Sender is { } sender && (PhoneNumber.KindOf(sender) == NumberKind.Unusable || !sender.All(char.IsAscii)))
        {
            yield return new("sender", "neither a number nor a name that a message can come from", "write +491511234567, a short code, or a name of at most 11 letters and digits");
        }

        if (options.MaxSegments is < 1 or > 255)
        {
            yield return new("max_segments", "out of range", "write a number from 1 to 255");
        }
    }
}
