using System.ComponentModel;
using System.Text.Json.Serialization;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Modem;
using Bridge.Plugin.Sms.Ways;
using Bridge.Plugin.Sms.Webhook;

namespace Bridge.Plugin.Sms;

/// <summary>One way to the network. What belongs to one kind alone is null unless it is written.</summary>
public sealed record DriverOptions
{
    [Description("What it is: at-modem, a GSM modem at a serial port, such as a USB stick; android-sms-gateway, a phone with the app SMS Gateway "
        + "for Android; kannel, the SMS gateway of that name, over HTTP; smpp, an SMS centre by its own protocol (SMPP 3.4); twilio, the service of "
        + "that name; webhook, any other service with HTTP requests, which 'send' and 'receive' describe.")]
    public required DriverKind Kind { get; init; }

    [Description("Kannel, SMPP, Android, webhook: where it is, and needed there: the address of Kannel's sendsms "
        + "(http://host:13013/cgi-bin/sendsms), of an SMS centre (smpp://host:2775, or smpps://host:3550 with TLS), of the phone as its app shows "
        + "it (http://192.168.1.20:8080), or where a service takes messages. Twilio: https://api.twilio.com unless written.")]
    [Example("smpp://smsc.example.com:2775")]
    public Uri? Url { get; init; }

    [Description("Kannel, SMPP, Android, Twilio: the user of Kannel's 'group = sendsms-user', the system_id that the SMS centre gave you, the user "
        + "that the app shows, or Twilio's Account SID (AC...) or an API key (SK...); needed there. Webhook: what stands for {username} in 'send'.")]
    [Example("bridge")]
    public string? Username { get; init; }

    [Description("Kannel, SMPP, Android, Twilio: that user's password (Twilio: the Auth Token of the account, or the secret of the API key); needed "
        + "there. Webhook: what stands for {password} in 'send'; where that stands nowhere, both are shown as Basic authentication.")]
    public Secret? Password { get; init; }

    [Description("Kannel: what it shows Bridge when it brings something, 'secret=' in its URLs. Without it nothing is heard and no delivery is "
        + "reported. Android: the app's signing key (Settings, Webhooks), with 'callback'. Twilio: the account's Auth Token, where 'username' is an "
        + "API key. Webhook: what the service shows or signs with when it calls, with 'receive'.")]
    public Secret? Secret { get; init; }

    [Description("Kannel: where it reaches this endpoint, for delivery reports: http.public_url or http.listen, and /endpoints/<endpoint>. Without "
        + "it they are not asked for. Android: where the phone reaches this endpoint, by https://; without it the phone is asked what there is. "
        + "Twilio: where Twilio reaches this endpoint; its console has the same, with /message behind it. Without it nothing is heard and no "
        + "delivery is reported. Webhook: what the service is told as {callback}.")]
    [Example("http://127.0.0.1:8480/endpoints/sms")]
    public Uri? Callback { get; init; }

    [Description("Kannel, SMPP, Twilio, webhook: the number or name that messages by this way come from, in the place of the endpoint's 'sender'.")]
    [Example("\"+491511234567\"")]
    public string? Sender { get; init; }

    [Description("Kannel: its status page (admin-port); it says whether Kannel has a connection to the network. Webhook: a page that the service "
        + "shows to who has the account, such as its balance: so it is known whether the service is there and knows it.")]
    [Example("http://127.0.0.1:13000/status.txt")]
    public Uri? Status { get; init; }

    [Description("Kannel: its status-password.")]
    public Secret? StatusPassword { get; init; }

    [Description("Kannel: the SMS centre to send through, by its smsc-id; without it Kannel chooses.")]
    [Example("main")]
    public string? Smsc { get; init; }

    [Description("SMPP: the system_type, for SMS centres that want one.")]
    [Example("VMA")]
    public string? SystemType { get; init; }

    [Description("SMPP: one connection for both ways (transceiver, unless written), one for each (separate), or sending alone (transmitter).")]
    [Example("separate")]
    public SmppBinding? Bind { get; init; }

    [Description("SMPP: how many such connections at a time, where the contract allows several; 1 unless written. A number is always served by the "
        + "same one.")]
    [Example("2")]
    public int? Binds { get; init; }

    [Description("SMPP: how many messages may be on their way to the SMS centre without an answer, on each connection; 10 unless written.")]
    [Example("10")]
    public int? Window { get; init; }

    [Description("SMPP: after how much silence the SMS centre is asked whether it is still there (enquire_link); 30s unless written.")]
    [Example("30s")]
    public TimeSpan? KeepAlive { get; init; }

    [Description("SMPP, modem, Android, Twilio: whether delivery reports are asked for; true unless written. Where false, what a phone or Twilio was given "
        + "counts as delivered when it is sent.")]
    [Example("false")]
    public bool? Reports { get; init; }

    [Description("Kannel, SMPP, Android: whether messages of severity warning and critical are marked as urgent, to go before others that wait there; "
        + "true unless written.")]
    [Example("false")]
    public bool? Priority { get; init; }

    [Description("SMPP: how delivery reports name a message that the answer named: the same way (same, unless written), or one in decimal and the "
        + "other in hexadecimal digits.")]
    [Example("hex_in_answers")]
    public SmppMessageIds? MessageIds { get; init; }

    [Description("SMPP: what data_coding 0 means there: the GSM alphabet (gsm, unless written) or latin1.")]
    [Example("latin1")]
    public SmppAlphabet? Alphabet { get; init; }

    [Description("SMPP: how the parts of a long message are marked: by a header before the text (udh, unless written), or by the fields sar_*.")]
    [Example("sar")]
    public SmppLongMessages? LongMessages { get; init; }

    [Description("SMPP: type and numbering plan of the sender, where the SMS centre wants others than Bridge chooses (1/1 for +49..., 3/0 for short "
        + "codes, 5/0 for names).")]
    [Example("\"0/1\"")]
    public string? SenderType { get; init; }

    [Description("SMPP: certificates for smpps://.")]
    public SmppTlsOptions? Tls { get; init; }

    [Description("Modem: its serial port, and needed there. Write the name below /dev/serial/by-id: it stays the same when the modem is plugged in again.")]
    [Example("/dev/serial/by-id/usb-HUAWEI_Mobile-if00-port0")]
    public FileInfo? Port { get; init; }

    [Description("Modem: the speed of the serial port; 115200 unless written. USB sticks take any.")]
    [Example("9600")]
    public int? Speed { get; init; }

    [Description("Modem: the PIN of the SIM card, where it wants one. One that the card refuses is not tried a second time.")]
    public Secret? Pin { get; init; }

    [Description("Modem: commands of its own that it needs before it is used, each beginning with AT. They are sent whenever it is opened.")]
    [Example("[\"AT^CURC=0\"]")]
    public EquatableArray<string> Init { get; init; }

    [Description("Modem: asks the operator now and then what is left on a prepaid card, and shows it in 'bridge status' and as a metric.")]
    public BalanceOptions? Balance { get; init; }

    [Description("Android: the id of the phone that sends, where the account at the server has several.")]
    [Example("PyDmBQZZXYmyxMwED8Fzy")]
    public string? Phone { get; init; }

    [Description("Android: which SIM sends; from 1. Without it the app chooses.")]
    [Example("1")]
    public int? Sim { get; init; }

    [Description("Android: how often the phone is asked what came in and what became of messages; 15s unless written, 1m with 'callback'.")]
    [Example("15s")]
    public TimeSpan? Poll { get; init; }

    [Description("Twilio: the Account SID, where 'username' is an API key.")]
    [Example("AC00000000000000000000000000000000")]
    public string? Account { get; init; }

    [Description("Twilio: the Messaging Service that chooses the sender; needed where the endpoint has no 'sender'.")]
    [Example("MG00000000000000000000000000000000")]
    public string? Service { get; init; }

    [Description("Twilio: whether files go as MMS, which Twilio has for some numbers of the United States, Canada and Australia alone; it fetches them at 'callback'. Unless it "
        + "is true a file becomes a line with its name and size.")]
    [Example("true")]
    public bool? Mms { get; init; }

    [Description("Webhook: how one message becomes one request to 'url', and needed there.")]
    public WebhookSendOptions? Send { get; init; }

    [Description("Webhook: what the service says when it calls, at 'callback' with /message or /report behind it. Without it nothing is heard and "
        + "no delivery is reported.")]
    public WebhookReceiveOptions? Receive { get; init; }

    [Description("Webhook: how the service writes numbers with their country: +491511234567 (plus, unless written), 491511234567 (digits) or "
        + "00491511234567 (zeros).")]
    [Example("digits")]
    public WebhookNumbers? Numbers { get; init; }

    [Description("Of one of several 'drivers': what it may send, in parts, besides what the endpoint's own 'limits' let through. What is more goes "
        + "by the next.")]
    public WayLimitOptions? Limits { get; init; }
}

/// <summary>What a driver speaks to.</summary>
public enum DriverKind
{
    /// <summary>Kannel's HTTP interface.</summary>
    Kannel,

    /// <summary>A GSM modem at a serial port.</summary>
    [JsonStringEnumMemberName("at-modem")]
    AtModem,

    /// <summary>An SMS centre.</summary>
    Smpp,

    /// <summary>A phone with the app SMS Gateway for Android.</summary>
    [JsonStringEnumMemberName("android-sms-gateway")]
    AndroidSmsGateway,

    /// <summary>Twilio's Programmable Messaging.</summary>
    Twilio,

    /// <summary>A service that the configuration describes.</summary>
    Webhook,
}

/// <summary>Which binds are made.</summary>
public enum SmppBinding
{
    /// <summary>One, for both ways.</summary>
    Transceiver,

    /// <summary>A transmitter and a receiver.</summary>
    Separate,

    /// <summary>A transmitter: nothing is heard, and no delivery is reported.</summary>
    Transmitter,
}

/// <summary>How one message is named in the answer to submit_sm, and in its delivery report.</summary>
public enum SmppMessageIds
{
    /// <summary>The same way, but for leading zeros and capitals.</summary>
    Same,

    /// <summary>Hexadecimal in answers, decimal in reports.</summary>
    HexInAnswers,

    /// <summary>Decimal in answers, hexadecimal in reports.</summary>
    HexInReports,
}

/// <summary>The default alphabet of an SMS centre.</summary>
public enum SmppAlphabet
{
    /// <summary>3GPP 23.038, a septet in each octet.</summary>
    Gsm,

    /// <summary>ISO 8859-1.</summary>
    Latin1,
}

/// <summary>How the parts of a long message say that they are parts.</summary>
public enum SmppLongMessages
{
    /// <summary>As phones do.</summary>
    Udh,

    /// <summary>sar_msg_ref_num, sar_total_segments, sar_segment_seqnum.</summary>
    Sar,
}

/// <summary>TLS, as a client of an SMS centre. The files are read for every connection, so a renewed certificate needs no restart.</summary>
public sealed record SmppTlsOptions
{
    [Description("A PEM file with the certificates of the authorities that may have signed the SMS centre's; without it those of the operating "
        + "system.")]
    [Example("/etc/bridge/smsc-ca.pem")]
    public FileInfo? Ca { get; init; }

    [Description("A PEM file with the certificate that Bridge shows the SMS centre; only for those that ask for it.")]
    [Example("/etc/bridge/bridge.pem")]
    public FileInfo? Cert { get; init; }

    [Description("A PEM file with the private key of 'cert', not protected by a passphrase.")]
    [Example("/etc/bridge/bridge.key")]
    public FileInfo? Key { get; init; }

    [Description("Whether the SMS centre's certificate is checked. False accepts anybody who answers; for a first try only.")]
    public bool Verify { get; init; } = true;
}
