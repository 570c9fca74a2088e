using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Smpp.Protocol;

/// <summary>Writes PDUs. A field that is longer than the standard allows is the caller's mistake: <see cref="ArgumentException"/>.</summary>
internal static class PduEncoder
{
    public static byte[] Encode(Pdu pdu)
    {
        var output = new ArrayBufferWriter<byte>(128);
        output.GetSpan(Pdu.HeaderLength);
        output.Advance(Pdu.HeaderLength);
        WriteBody(output, pdu);
        var bytes = output.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)bytes.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), (uint)pdu.Command);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), (uint)pdu.Status);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), pdu.Sequence);
        return bytes;
    }

    private static void WriteBody(ArrayBufferWriter<byte> output, Pdu pdu)
    {
        switch (pdu.Body)
        {
            case PduBody.Bind bind:
                WriteText(output, bind.SystemId, FieldLimits.SystemId);
                WriteText(output, bind.Password, FieldLimits.Password);
                WriteText(output, bind.SystemType, FieldLimits.SystemType);
                output.Write((ReadOnlySpan<byte>)[bind.Version, 0, 0, 0]); // no type, plan or range of addresses: all of ours
                break;
            case PduBody.BindAnswer answer:
                WriteText(output, answer.SystemId, FieldLimits.SystemId);
                WriteTlvs(output, answer.Tlvs);
                break;
            case PduBody.Message message when pdu.Command == CommandId.DataSm:
                WriteAddresses(output, message);
                output.Write((ReadOnlySpan<byte>)[message.EsmClass, message.RegisteredDelivery, message.DataCoding]);
                WriteTlvs(output, message.Tlvs);
                break;
            case PduBody.Message message:
                WriteMessage(output, message);
                break;
            case PduBody.MessageAnswer answer:
                WriteText(output, answer.MessageId, FieldLimits.Text);
                WriteTlvs(output, answer.Tlvs);
                break;
            default:
                break;
        }
    }

    private static void WriteMessage(ArrayBufferWriter<byte> output, PduBody.Message message)
    {
        WriteAddresses(output, message);
        output.Write((ReadOnlySpan<byte>)[message.EsmClass, message.ProtocolId, message.Priority]);
        WriteText(output, message.ScheduledDelivery, FieldLimits.Time);
        WriteText(output, message.ValidityPeriod, FieldLimits.Time);
        var content = message.Content.Bytes.Span;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, FieldLimits.ShortMessage, nameof(message));
        output.Write((ReadOnlySpan<byte>)[message.RegisteredDelivery, message.ReplaceIfPresent, message.DataCoding, message.DefaultMessage]);
        output.Write((ReadOnlySpan<byte>)[(byte)content.Length]);
        output.Write(content);
        WriteTlvs(output, message.Tlvs);
    }

    private static void WriteAddresses(ArrayBufferWriter<byte> output, PduBody.Message message)
    {
        WriteText(output, message.ServiceType, FieldLimits.ServiceType);
        foreach (var address in (SmppAddress[])[message.Source, message.Destination])
        {
            output.Write((ReadOnlySpan<byte>)[address.Ton, address.Npi]);
            WriteText(output, address.Value, FieldLimits.Address);
        }
    }

    /// <param name="output">Gets the octets and a NUL.</param>
    /// <param name="text">Latin letters.</param>
    /// <param name="limit">With the NUL, as the standard counts.</param>
    private static void WriteText(ArrayBufferWriter<byte> output, string text, int limit)
    {
        if (text.Length >= limit || text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"a field holds {limit - 1} letters at most", nameof(text));
        }

        output.Write(Encoding.Latin1.GetBytes(text));
        output.Write((ReadOnlySpan<byte>)[0]);
    }

    private static void WriteTlvs(ArrayBufferWriter<byte> output, EquatableArray<Tlv> tlvs)
    {
        foreach (var tlv in tlvs)
        {
            var head = output.GetSpan(4);
            BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)tlv.Tag);
            BinaryPrimitives.WriteUInt16BigEndian(head[2..], checked((ushort)tlv.Value.Bytes.Length));
            output.Advance(4);
            output.Write(tlv.Value.Bytes.Span);
        }
    }
}

/// <summary>How long fields may be, their NUL included (SMPP 3.4 section 4).</summary>
internal static class FieldLimits
{
    public const int SystemId = 16;
    public const int Password = 65; // 9 in the standard; many SMS centres give longer ones
    public const int SystemType = 13;
    public const int ServiceType = 6;
    public const int Address = 21;
    public const int Time = 17;
    public const int ShortMessage = 254;

    /// <summary>Of what comes in; ids of messages longer than the 65 of the standard are in use.</summary>
    public const int Text = 256;
}
