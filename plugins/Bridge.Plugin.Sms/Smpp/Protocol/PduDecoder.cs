using System.Buffers.Binary;

namespace Bridge.Plugin.Sms.Smpp.Protocol;

/// <summary>
/// Reads PDUs. Never throws: what does not hold what it should is <see cref="PduBody.Broken"/>. Generous with answers, of which only the status counts.
/// </summary>
internal static class PduDecoder
{
    /// <param name="bytes">One whole PDU, its header included.</param>
    public static Pdu Decode(ReadOnlySpan<byte> bytes)
    {
        var command = (CommandId)BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var status = (CommandStatus)BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        return new Pdu(command, status, BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]), BodyOf(command, bytes[Pdu.HeaderLength..]));
    }

    private static PduBody BodyOf(CommandId command, ReadOnlySpan<byte> bytes)
    {
        var fields = new FieldReader(bytes);
        PduBody body = command switch
        {
            _ when command.IsAnswer() && bytes.IsEmpty => new PduBody.Empty(),
            CommandId.BindReceiver or CommandId.BindTransmitter or CommandId.BindTransceiver => BindOf(ref fields),
            CommandId.BindReceiverResp or CommandId.BindTransmitterResp or CommandId.BindTransceiverResp =>
                new PduBody.BindAnswer(fields.Text(), fields.Tlvs()),
            CommandId.SubmitSmResp or CommandId.DeliverSmResp or CommandId.DataSmResp => new PduBody.MessageAnswer(fields.Text(), fields.Tlvs()),
            CommandId.SubmitSm or CommandId.DeliverSm => MessageOf(ref fields),
            CommandId.DataSm => DataOf(ref fields),
            CommandId.Unbind or CommandId.UnbindResp or CommandId.EnquireLink or CommandId.EnquireLinkResp or CommandId.GenericNack =>
                new PduBody.Empty(),
            _ => new PduBody.Unknown(),
        };
        return fields.Fault == CommandStatus.Ok || command.IsAnswer() ? body : new PduBody.Broken(fields.Fault);
    }

    private static PduBody.Bind BindOf(ref FieldReader fields)
    {
        var bind = new PduBody.Bind(fields.Text(), fields.Text(), fields.Text(), fields.Octet());
        fields.Address(); // type, plan and range of addresses: of no use to us
        return bind;
    }

    private static PduBody.Message MessageOf(ref FieldReader fields)
    {
        var message = new PduBody.Message
        {
            ServiceType = fields.Text(),
            Source = fields.Address(),
            Destination = fields.Address(),
            EsmClass = fields.Octet(),
            ProtocolId = fields.Octet(),
            Priority = fields.Octet(),
            ScheduledDelivery = fields.Text(),
            ValidityPeriod = fields.Text(),
            RegisteredDelivery = fields.Octet(),
            ReplaceIfPresent = fields.Octet(),
            DataCoding = fields.Octet(),
            DefaultMessage = fields.Octet(),
        };
        return message with { Content = fields.Octets(fields.Octet()), Tlvs = fields.Tlvs() };
    }

    private static PduBody.Message DataOf(ref FieldReader fields) => new()
    {
        ServiceType = fields.Text(),
        Source = fields.Address(),
        Destination = fields.Address(),
        EsmClass = fields.Octet(),
        RegisteredDelivery = fields.Octet(),
        DataCoding = fields.Octet(),
        Tlvs = fields.Tlvs(),
    };
}
