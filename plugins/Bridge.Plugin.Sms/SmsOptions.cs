using System.ComponentModel;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Stop;

namespace Bridge.Plugin.Sms;

/// <summary>The options of one SMS endpoint: its ways to the network, and how texts travel on them.</summary>
public sealed record SmsOptions
{
    [Description("The way to the network; or 'drivers'.")]
    public DriverOptions? Driver { get; init; }

    [Description("In the place of 'driver': several ways to the network, in the order of preference. A message goes by the first that works. Which options "
        + "belong to one is said at 'driver'.")]
    public EquatableArray<DriverOptions> Drivers { get; init; }

    [Description("The number or name that messages come from, where the network lets us choose: +491511234567, 12345 or ACME. Without it the network's own.")]
    [Example("\"+491511234567\"")]
    public string? Sender { get; init; }

    [Description("The calling code of the country whose numbers are written without one: 49. Without it only numbers with a plus or 00 are understood.")]
    [Example("\"49\"")]
    public string? Country { get; init; }

    [Description("The most parts that one message is sent in. Each is paid for; what is longer is split into several messages.")]
    public int MaxSegments { get; init; } = 10;

    [Description("Writes curly quotes, dashes and the like plainly where that makes a text half as long to pay for (160 letters in a part, and not 70). Letters stay what they are.")]
    public bool Transliterate { get; init; } = true;

    [Description("National alphabets that a text may be written in: turkish, spanish, portuguese. One is taken where a text is not in the GSM alphabet and costs "
        + "fewer parts so. Phones older than 2010 or so do not know them; a modem and SMPP carry them, Kannel, Android and Twilio choose for themselves.")]
    [Example("[turkish]")]
    public EquatableArray<NationalAlphabet> Alphabets { get; init; }

    [Description("STOP, START and HELP. Where it is written, even as {}, who sends STOP is not written to any more; without it those are words like any other.")]
    public StopOptions? Stop { get; init; }

    [Description("Numbers long messages with 16 bits and not 8: fewer confusions, one letter less in each part. Some phones do not know it.")]
    public bool WideReferences { get; init; }
}

/// <summary>The letters of one language that short messages can be written in (3GPP 23.038 annex A).</summary>
public enum NationalAlphabet
{
    /// <summary>Ğğ İı Şş ç.</summary>
    Turkish = 1,

    /// <summary>Áá Íí Óó Úú ç.</summary>
    Spanish = 2,

    /// <summary>Ãã Õõ Ââ Êê Ôô and their like.</summary>
    Portuguese = 3,
}
