using Bridge.Abstractions;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Plugin.Sms.Smpp;

/// <summary>What the status of a submit_sm_resp means for the message: it was not taken. Pure.</summary>
internal static class SubmitFault
{
    /// <summary>The SMS centre has enough for now: the same message will do later.</summary>
    public static bool IsBusy(CommandStatus status) => status is CommandStatus.Throttled or CommandStatus.MsgQFul;

    /// <summary>Refused when the same message will never do; Deferred when it may.</summary>
    public static PartResult Of(CommandStatus status) => status switch
    {
        CommandStatus.InvDstAdr or CommandStatus.InvDstTon or CommandStatus.InvDstNpi =>
            new SendResult.Refused($"the SMS centre knows no such number ({Code(status)})", "check the number"),
        CommandStatus.InvSrcAdr or CommandStatus.InvSrcTon or CommandStatus.InvSrcNpi =>
            PartResult.OfWay(
                $"the SMS centre does not accept the sender ({Code(status)})",
                "check sender and driver.sender_type, and which senders your provider allows"),
        CommandStatus.InvBndSts => new SendResult.Deferred($"the SMS centre takes no messages from this bind ({Code(status)})"),
        CommandStatus.SysErr or CommandStatus.SubmitFail or CommandStatus.TemporaryAppError or CommandStatus.UnknownErr =>
            new SendResult.Deferred($"the SMS centre could not take it ({Code(status)})"),
        >= (CommandStatus)0x400 and <= (CommandStatus)0x4ff =>
            new SendResult.Deferred($"the SMS centre could not take it ({Code(status)}, a code of its own)"),
        _ => new SendResult.Refused($"the SMS centre refuses it ({Code(status)})", "ask your provider what that code means"),
    };

    public static string Code(CommandStatus status) => $"0x{(uint)status:x2}";
}
