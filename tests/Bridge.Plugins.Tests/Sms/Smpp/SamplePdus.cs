using Bridge.Abstractions;
using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Plugins.Tests.Sms.Smpp;

/// <summary>PDUs as npm smpp writes them, and any others.</summary>
internal static class SamplePdus
{
    public static IReadOnlyList<(string Name, string Hex)> Golden { get; } =
    [
        ("bind_transceiver", "0000002300000009000000000000000162726964676500736563726574000034000000"),
        ("bind_transceiver_resp", "0000001a800000090000000000000001534d5343000210000134"),
        ("bind_resp RINVPASWD", "00000010800000090000000e00000001"),
        ("submit_sm gsm7 +receipt", "0000003800000004000000000000000100010131323334350001013439313531313233343536373800000000000001000000054869201b65"),
        ("submit_sm ucs2", "0000002900000004000000000000000100000031000000320000000000000000080006041fd83dde00"),
        ("submit_sm udh 2/2", "0000002c000000040000000000000001000000310000003200400000000000000100090500032a020274776f"),
        ("submit_sm payload tlv", "0000002b00000004000000000000000100000031000000320000000000000000010000042400046c6f6e67"),
        ("submit_sm sar tlvs", "00000035000000040000000000000001000000310000003200000000000000000100027031020c00020007020e000102020f000101"),
        ("submit_sm_resp", "00000019800000040000000000000001413030303030303100"),
        ("submit_sm_resp THROTTLED", "00000010800000040000005800000001"),
        (
            "deliver_sm receipt",
            "0000009b0000000500000000000000010000003200000031000400000000000001006669643a4130303030303031207375623a30303120646c7672643a303031207375626d697420646174653a3236313132"
            + "313136323620646f6e6520646174653a3236313132313136323720737461743a44454c49565244206572723a30303020746578743a4869001e00094130303030303031000427000102"),
        ("deliver_sm_resp", "0000001180000005000000000000000100"),
        ("enquire_link", "00000010000000150000000000000001"),
        ("enquire_link_resp", "00000010800000150000000000000001"),
        ("unbind", "00000010000000060000000000000001"),
        ("unbind_resp", "00000010800000060000000000000001"),
        ("generic_nack", "00000010800000000000000300000001"),
    ];

    /// <summary>Any PDU that can be written.</summary>
    public static Pdu Any(Random random)
    {
        CommandId[] commands =
        [
            CommandId.BindReceiver, CommandId.BindTransmitter, CommandId.BindTransceiver, CommandId.BindReceiverResp, CommandId.BindTransceiverResp,
            CommandId.SubmitSm, CommandId.SubmitSmResp, CommandId.DeliverSm, CommandId.DeliverSmResp, CommandId.DataSm, CommandId.DataSmResp,
            CommandId.EnquireLink, CommandId.EnquireLinkResp, CommandId.Unbind, CommandId.GenericNack,
        ];
        var command = commands[random.Next(commands.Length)];
        return new Pdu(command, command.IsAnswer() ? (CommandStatus)random.Next(0x500) : CommandStatus.Ok, (uint)random.Next(), BodyOf(command, random));
    }

    private static PduBody BodyOf(CommandId command, Random random) => command switch
    {
        CommandId.BindReceiver or CommandId.BindTransmitter or CommandId.BindTransceiver =>
            new PduBody.Bind(Text(random, 15), Text(random, 64), Text(random, 12), (byte)random.Next(256)),
        CommandId.BindReceiverResp or CommandId.BindTransceiverResp => new PduBody.BindAnswer(Text(random, 15), Tlvs(random)),
        CommandId.SubmitSm or CommandId.DeliverSm => new PduBody.Message
        {
            ServiceType = Text(random, 5), Source = Address(random), Destination = Address(random), EsmClass = Octet(random),
            ProtocolId = Octet(random), Priority = Octet(random), ScheduledDelivery = Text(random, 16), ValidityPeriod = Text(random, 16),
            RegisteredDelivery = Octet(random), ReplaceIfPresent = Octet(random), DataCoding = Octet(random),
            DefaultMessage = Octet(random), Content = Octets(random, 254), Tlvs = Tlvs(random),
        },
        CommandId.DataSm => new PduBody.Message
        {
            ServiceType = Text(random, 5), Source = Address(random), Destination = Address(random), EsmClass = Octet(random),
            RegisteredDelivery = Octet(random), DataCoding = Octet(random),
            Tlvs = Tlvs(random),
        },
        CommandId.SubmitSmResp or CommandId.DeliverSmResp or CommandId.DataSmResp => new PduBody.MessageAnswer(Text(random, 64), Tlvs(random)),
        _ => new PduBody.Empty(),
    };

    private static byte Octet(Random random) => (byte)random.Next(256);

    private static SmppAddress Address(Random random) => new(Octet(random), Octet(random), Text(random, 20));

    private static string Text(Random random, int most) => string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ => (char)random.Next(1, 256)));

    private static Payload Octets(Random random, int most)
    {
        var bytes = new byte[random.Next(most + 1)];
        random.NextBytes(bytes);
        return new Payload(bytes);
    }

    private static EquatableArray<Tlv> Tlvs(Random random) =>
        EquatableArray.From(
            Enumerable.Range(0, random.Next(4)).Select(_ => new Tlv((TlvTag)random.Next(0x10000), Octets(random, random.Next(4) == 0 ? 5000 : 20))));
}
