namespace Bridge.Plugin.Sms.Modem;

/// <summary>TP-ST: what a status report says (3GPP 23.040 section 9.2.3.15). Pure.</summary>
internal static class ReportStatus
{
    /// <summary>Null while the SMS centre still tries.</summary>
    public static bool? IsDelivered(byte status) => status switch
    {
        <= 0x02 => true,
        >= 0x20 and <= 0x3f => null,
        <= 0x1f => true, // reserved, or of the SMS centre's own: "short message transaction completed"
        _ => false,
    };

    /// <summary>Of a failure, for the operator.</summary>
    public static string Why(byte status)
    {
        var reason = status switch
        {
            0x40 or 0x60 => "congestion",
            0x41 or 0x61 => "the phone is busy",
            0x42 or 0x62 => "no answer from the phone",
            0x43 or 0x63 => "the service was rejected",
            0x44 or 0x64 => "quality of service not available",
            0x45 or 0x65 => "error in the phone",
            0x46 => "the time to deliver it is over",
            0x47 => "deleted by its sender",
            0x48 => "deleted by the SMS centre",
            0x49 => "the message does not exist",
            _ => null,
        };
        return $"the network could not deliver it ({(reason is null ? "" : reason + ", ")}status 0x{status:x2})";
    }
}
