using System.Globalization;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Smpp;

/// <summary>Writes one part as a submit_sm. Pure.</summary>
internal static class Submission
{
    private const byte HasHeader = 0x40;
    private const byte FinalReport = 1;
    private const byte DefaultAlphabet = 0;
    private const byte Ucs2 = 8;
    private const byte FlashGsm = 0xf0; // as 3GPP 23.038 has it, and so never Latin-1
    private const byte FlashUcs2 = 0x18;
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    public static PduBody.Message Of(OutgoingPart part, WayOptions options, bool reports, byte priority, DateTimeOffset now)
    {
        var inFields = options.Driver.LongMessages == SmppLongMessages.Sar;
        var header = inFields ? ShiftsOf(part) : [.. part.Header];
        return new PduBody.Message
        {
            Source = options.Sender is { } sender ? TypedAs(options.Driver.SenderType, AddressOf(sender)) : new SmppAddress(0, 0, ""),
            Destination = AddressOf(part.To),
            EsmClass = header.Length > 0 ? HasHeader : (byte)0,
            Priority = priority,
            RegisteredDelivery = reports ? FinalReport : (byte)0,
            ValidityPeriod = part.Expires is { } end ? Absolute(end, now) : "",
            DataCoding = (part.Coding, part.IsFlash) switch
            {
                (TextCoding.Utf16, true) => FlashUcs2,
                (TextCoding.Utf16, false) => Ucs2,
                (_, true) => FlashGsm,
                _ => DefaultAlphabet,
            },
            Content = new Payload((byte[])[.. header, .. OctetsOf(part, options.Driver.Alphabet)]),
            Tlvs = inFields ? FieldsOf(part) : [],
        };
    }

    /// <summary>Type and plan of a canonical number (SMPP 3.4 sections 5.2.5 and 5.2.6).</summary>
    private static SmppAddress AddressOf(string number) => PhoneNumber.KindOf(number) switch
    {
        NumberKind.International => new SmppAddress(1, 1, number[1..]),
        NumberKind.ShortCode => new SmppAddress(3, 0, number),
        _ => new SmppAddress(5, 0, number),
    };

    private static SmppAddress TypedAs(string? type, SmppAddress address) =>
        SenderType.TryRead(type) is var (ton, npi) ? address with { Ton = ton, Npi = npi } : address;

    private static byte[] OctetsOf(OutgoingPart part, SmppAlphabet? alphabet) => part.Coding switch
    {
        TextCoding.Utf16 => Utf16.Encode(part.Text.Value),
        _ when alphabet == SmppAlphabet.Latin1 && !part.IsFlash => Encoding.Latin1.GetBytes(part.Text.Value),
        _ => part.Septets(),
    };

    /// <summary>What the header says besides, where fields say which part it is.</summary>
    private static byte[] ShiftsOf(OutgoingPart part) => UserDataHeader.TryDecode([.. part.Header]) is { } header ? (header with { Concatenation = null }).Encode() : [];

    private static EquatableArray<Tlv> FieldsOf(OutgoingPart part) => UserDataHeader.TryDecode([.. part.Header])?.Concatenation is { } of
        ?
        [
            Tlv.Of(TlvTag.SarMsgRefNum, (byte)(of.Reference >> 8), (byte)of.Reference),
            Tlv.Of(TlvTag.SarTotalSegments, (byte)of.Total),
            Tlv.Of(TlvTag.SarSegmentSeqnum, (byte)of.Sequence),
        ]
        : [];

    /// <summary>YYMMDDhhmmsstnnp in UTC (SMPP 3.4 section 7.1.1), which more SMS centres know than relative times.</summary>
    private static string Absolute(DateTimeOffset end, DateTimeOffset now)
    {
        var soonest = now + TimeSpan.FromMinutes(1); // a clock that is a little ahead there must not end it at once
        var latest = now + s_longest;
        var at = end < soonest ? soonest : end > latest ? latest : end;
        return at.ToUniversalTime().ToString("yyMMddHHmmss", CultureInfo.InvariantCulture) + "000+";
    }
}

/// <summary>How an option spells type of number and numbering plan: <c>5/0</c>.</summary>
internal static class SenderType
{
    /// <summary>Null when it is not spelt so.</summary>
    public static (byte Ton, byte Npi)? TryRead(string? text) =>
        text?.Split('/') is [var ton, var npi] && byte.TryParse(ton, NumberStyles.None, CultureInfo.InvariantCulture, out var type)
        && byte.TryParse(npi, NumberStyles.None, CultureInfo.InvariantCulture, out var plan) && type <= 6 && plan <= 18 ? (type, plan) : null;
}
