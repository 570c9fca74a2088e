using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Plugin.Sms.Smpp.Connection;

/// <summary>Why an SMS centre refuses a bind, in words. Pure.</summary>
internal static class BindFault
{
    public static string Of(CommandStatus status) => "the SMS centre refuses the bind: " + status switch
    {
        CommandStatus.InvPaswd => "wrong password (ESME_RINVPASWD): correct driver.password",
        CommandStatus.InvSysId => "unknown system_id (ESME_RINVSYSID): correct driver.username",
        CommandStatus.AlyBnd =>
            "already bound (ESME_RALYBND): end the other program that uses this account, or wait until the SMS centre has noticed that it is gone",
        CommandStatus.BindFail =>
            "ESME_RBINDFAIL: check driver.username, driver.password, driver.system_type and driver.bind; perhaps all binds of this account are in use",
        CommandStatus.InvBndSts or CommandStatus.InvCmdId => $"it does not know this kind of bind (0x{(uint)status:x2}): write driver.bind: separate",
        CommandStatus.Throttled => "too many tries (ESME_RTHROTTLED): Bridge waits",
        _ => $"status 0x{(uint)status:x2}; ask your provider what that means",
    };
}
