using System.ComponentModel;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms;

/// <summary>The options of one SMS endpoint: one way to the network, and how texts travel on it.</summary>
public sealed record SmsOptions
{
    [Description("The way to the network.")]
    public required DriverOptions Driver { get; init; }

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

    [Description("Numbers long messages with 16 bits and not 8: fewer confusions, one letter less in each part. Some phones do not know it.")]
    public bool WideReferences { get; init; }
}

/// <summary>One way to the network.</summary>
public sealed record DriverOptions
{
    [Description("What it is: kannel, the SMS gateway of that name, over HTTP.")]
    public required DriverKind Kind { get; init; }

    [Description("Where Kannel's smsbox takes messages (sendsms-port).")]
    [Example("http://127.0.0.1:13013/cgi-bin/sendsms")]
    public required Uri Url { get; init; }

    [Description("The user of Kannel's 'group = sendsms-user'.")]
    [Example("bridge")]
    public required string Username { get; init; }

    [Description("That user's password.")]
    public required Secret Password { get; init; }

    [Description("What Kannel shows Bridge when it brings something: 'secret=' in its URLs. Without it nothing is heard and no delivery is reported.")]
    public Secret? Secret { get; init; }

    [Description("Where Kannel reaches this endpoint, for delivery reports: http.public_url or http.listen, and /endpoints/<endpoint>. Without it they are not asked for.")]
    [Example("http://127.0.0.1:8480/endpoints/sms")]
    public Uri? Callback { get; init; }

    [Description("Kannel's status page (admin-port); it says whether Kannel has a connection to the network.")]
    [Example("http://127.0.0.1:13000/status.txt")]
    public Uri? Status { get; init; }

    [Description("The status-password of Kannel.")]
    public Secret? StatusPassword { get; init; }

    [Description("The SMS centre to send through, by its smsc-id; without it Kannel chooses.")]
    [Example("main")]
    public string? Smsc { get; init; }
}

/// <summary>What a driver speaks to.</summary>
public enum DriverKind
{
    /// <summary>Kannel's HTTP interface.</summary>
    Kannel,
}
