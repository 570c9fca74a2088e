using Bridge.Abstractions;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>
/// What the error of a modem means for the message that it was given (3GPP 27.005 section 3.2.5, 24.011 annex E, 23.040 section 9.2.3.22). Pure.
/// </summary>
internal static class ModemFault
{
    private const string CheckNumber = "check the number";
    private const string AskOperator = "ask the operator of the SIM card whether it may send messages, and whether it has credit";

    /// <summary>Refused when the same message will never do; Deferred when it may; Uncertain when the network may have it.</summary>
    public static PartResult Of(AtError error) => error switch
    {
        { Kind: AtErrorKind.Message, Code: { } code } => OfMessage(code, error),
        { Kind: AtErrorKind.Equipment, Code: 31 } => NoAnswer(error),
        { Kind: AtErrorKind.Equipment, Code: 10 or 11 or 12 or 13 or 15 } => new SendResult.Deferred($"the modem cannot use its SIM card ({error})"),
        { Kind: AtErrorKind.Equipment, Code: 30 } => new SendResult.Deferred($"the modem has no network ({error})"),
        _ => new SendResult.Deferred($"the modem could not send it ({error})"),
    };

    /// <summary>Whether a Deferred may be for good: such a message is tried a few times, and then refused.</summary>
    public static bool IsVague(AtError error) => error switch
    {
        { Kind: AtErrorKind.Plain } or { Code: null } => true,
        { Kind: AtErrorKind.Equipment, Code: var code } => code is not (10 or 11 or 12 or 13 or 14 or 15 or 30),
        { Code: 38 or 41 or 42 or 47 or 192 or 194 or 310 or 311 or 314 or 331 } => false,
        _ => true,
    };

    private static PartResult OfMessage(int code, AtError error) => code switch
    {
        1 or 28 or 30 or 195 => new SendResult.Refused($"the network knows no such number ({error})", CheckNumber),
        8 or 10 or 29 or 50 or 193 => PartResult.OfWay($"the network does not let this SIM card send ({error})", AskOperator),
        21 or 196 => new SendResult.Refused($"the network refuses it ({error})", CheckNumber),
        22 or 27 or 38 or 41 or 42 or 47 => new SendResult.Deferred($"the network cannot take it now ({error})"),
        192 or 194 => new SendResult.Deferred($"the SMS centre cannot take it now ({error})"),
        330 => PartResult.OfWay(
            $"the modem does not know the SMS centre ({error})", "write its number, as the operator names it: init: ['AT+CSCA=\"+491710760000\"']"),
        331 => new SendResult.Deferred($"the modem has no network ({error})"),
        332 or 500 => NoAnswer(error),
        >= 310 and <= 318 => new SendResult.Deferred($"the modem cannot use its SIM card ({error})"),
        301 or 302 or 320 or 322 => new SendResult.Deferred($"the modem cannot send now ({error})"),
        127 or 255 or 300 or >= 512 => new SendResult.Deferred($"the modem could not send it ({error})"),
        _ => new SendResult.Refused($"the modem or the network refuses it ({error})", "look that code up in 3GPP 27.005, or ask the operator"),
    };

    private static SendResult.Uncertain NoAnswer(AtError error) => new($"the modem does not know whether the network has it ({error})");
}
