using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Plugin.Sms.Smpp;

/// <summary>Reads a deliver_sm or data_sm that somebody sent. Pure.</summary>
internal static class IncomingMessage
{
    private const byte HasHeader = 0x40;
    private const byte International = 1;

    // Who hides his number is somebody all the same.
    private const string Unnamed = "unknown";

    public static ReceivedMessage Read(PduBody.Message message, SmppAlphabet alphabet)
    {
        var octets = message.Content.Bytes.IsEmpty ? message.Find(TlvTag.MessagePayload)?.Value.Bytes ?? default : message.Content.Bytes;
        var header = new UserDataHeader();
        if ((message.EsmClass & HasHeader) != 0 && UserDataHeader.TryDecode(octets.Span) is { } decoded)
        {
            header = decoded;
            octets = octets[(1 + octets.Span[0])..];
        }

        var (coding, data) = ContentOf(message.DataCoding, octets, alphabet);
        if (coding == TextCoding.Gsm7 && header is not { Locking: NationalLanguage.None, Single: NationalLanguage.None })
        {
            (coding, data) = (TextCoding.Utf16, Utf16.Encode(Gsm7Alphabet.Of(header.Locking, header.Single).Decode(data.Span)));
        }

        var marked = header.Concatenation is null ? WithFields(header, message) : header;
        return new ReceivedMessage(NumberOf(message.Source, Unnamed), NumberOf(message.Destination, ""), coding, new Payload(data), marked);
    }

    private static string NumberOf(SmppAddress address, string otherwise)
    {
        var number = address.Value.Trim();
        return number.Length == 0 ? otherwise
            : address.Ton == International && number.All(char.IsAsciiDigit) ? "+" + number
            : number;
    }

    /// <summary>Parts that are marked by sar_msg_ref_num and its kin.</summary>
    private static UserDataHeader WithFields(UserDataHeader header, PduBody.Message message) =>
        message.Find(TlvTag.SarMsgRefNum)?.Number is { } reference && message.Find(TlvTag.SarTotalSegments)?.Number is { } total and > 1 and <= 255
        && message.Find(TlvTag.SarSegmentSeqnum)?.Number is { } sequence && sequence >= 1 && sequence <= total
            ? header with { Concatenation = new Concatenation(reference & 0xffff, total, sequence, IsWide: true) }
            : header;

    /// <summary>SMPP 3.4 section 5.2.19; what it leaves to GSM is in 3GPP 23.038 section 4.</summary>
    private static (TextCoding Coding, ReadOnlyMemory<byte> Data) ContentOf(byte coding, ReadOnlyMemory<byte> octets, SmppAlphabet zero) => coding switch
    {
        0 => zero == SmppAlphabet.Latin1 ? Text(octets, Encoding.Latin1) : (TextCoding.Gsm7, octets),
        1 or 3 => Text(octets, Encoding.Latin1),
        8 or (>= 0x18 and <= 0x1b) or (>= 0xe0 and <= 0xef) => (TextCoding.Utf16, octets),
        5 => Text(octets, CodePage(932)),
        6 => Text(octets, CodePage(28595)),
        7 => Text(octets, CodePage(28598)),
        14 => Text(octets, CodePage(949)),
        (>= 0x10 and <= 0x13) or (>= 0xc0 and <= 0xdf) => (TextCoding.Gsm7, octets),
        >= 0xf0 => (coding & 0x04) == 0 ? (TextCoding.Gsm7, octets) : (TextCoding.Octets, octets),
        _ => (TextCoding.Octets, octets),
    };

    private static (TextCoding Coding, ReadOnlyMemory<byte> Data) Text(ReadOnlyMemory<byte> octets, Encoding encoding) =>
        (TextCoding.Utf16, Utf16.Encode(encoding.GetString(octets.Span)));

    private static Encoding CodePage(int number) => CodePagesEncodingProvider.Instance.GetEncoding(number) ?? Encoding.Latin1;
}
