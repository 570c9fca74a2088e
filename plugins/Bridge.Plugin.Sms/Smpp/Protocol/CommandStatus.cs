namespace Bridge.Plugin.Sms.Smpp.Protocol;

/// <summary>
/// What became of a request (SMPP 3.4 section 5.1.3), by the names of the standard without ESME_R. Others exist: 0x400 to 0x4ff are each vendor's own.
/// </summary>
internal enum CommandStatus : uint
{
    Ok = 0x00,
    InvMsgLen = 0x01,
    InvCmdLen = 0x02,
    InvCmdId = 0x03,
    InvBndSts = 0x04,
    AlyBnd = 0x05,
    InvPrtFlg = 0x06,
    SysErr = 0x08,
    InvSrcAdr = 0x0a,
    InvDstAdr = 0x0b,
    BindFail = 0x0d,
    InvPaswd = 0x0e,
    InvSysId = 0x0f,
    MsgQFul = 0x14,
    SubmitFail = 0x45,
    InvSrcTon = 0x48,
    InvSrcNpi = 0x49,
    InvDstTon = 0x50,
    InvDstNpi = 0x51,
    Throttled = 0x58,
    InvExpiry = 0x62,
    TemporaryAppError = 0x64,
    PermanentAppError = 0x65,
    InvTlvStream = 0xc0,
    UnknownErr = 0xff,
}
