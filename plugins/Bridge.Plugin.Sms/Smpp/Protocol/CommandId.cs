namespace Bridge.Plugin.Sms.Smpp.Protocol;

/// <summary>What a PDU is (SMPP 3.4 section 5.1.2.1). An answer has the number of its request and the highest bit.</summary>
internal enum CommandId : uint
{
    BindReceiver = 0x01,
    BindTransmitter = 0x02,
    SubmitSm = 0x04,
    DeliverSm = 0x05,
    Unbind = 0x06,
    BindTransceiver = 0x09,
    Outbind = 0x0b,
    EnquireLink = 0x15,
    AlertNotification = 0x102,
    DataSm = 0x103,
    GenericNack = 0x8000_0000,
    BindReceiverResp = 0x8000_0001,
    BindTransmitterResp = 0x8000_0002,
    SubmitSmResp = 0x8000_0004,
    DeliverSmResp = 0x8000_0005,
    UnbindResp = 0x8000_0006,
    BindTransceiverResp = 0x8000_0009,
    EnquireLinkResp = 0x8000_0015,
    DataSmResp = 0x8000_0103,
}

/// <summary>Requests and answers.</summary>
internal static class CommandIds
{
    private const uint Answer = 0x8000_0000;

    public static bool IsAnswer(this CommandId command) => ((uint)command & Answer) != 0;

    public static CommandId AnswerOf(this CommandId request) => (CommandId)((uint)request | Answer);
}
