using System.Buffers.Binary;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Smpp.Protocol;

/// <summary>An optional parameter (SMPP 3.4 section 5.3).</summary>
internal sealed record Tlv(TlvTag Tag, Payload Value)
{
    public static Tlv Of(TlvTag tag, params byte[] value) => new(tag, new Payload(value));

    /// <summary>A number of 1 to 4 octets; null when it is none.</summary>
    public int? Number => Value.Bytes.Span switch
    {
        [var one] => one,
        { Length: 2 } two => BinaryPrimitives.ReadUInt16BigEndian(two),
        { Length: 4 } four when four[0] < 0x80 => BinaryPrimitives.ReadInt32BigEndian(four),
        _ => null,
    };

    /// <summary>A text that may end in a NUL.</summary>
    public string Text => Encoding.Latin1.GetString(Value.Bytes.Span).TrimEnd('\0');
}

/// <summary>The optional parameters that Bridge understands; others are passed over.</summary>
internal enum TlvTag : ushort
{
    ReceiptedMessageId = 0x001e,
    SarMsgRefNum = 0x020c,
    SarTotalSegments = 0x020e,
    SarSegmentSeqnum = 0x020f,
    ScInterfaceVersion = 0x0210,
    NetworkErrorCode = 0x0423,
    MessagePayload = 0x0424,
    MessageState = 0x0427,
}
