namespace Bridge.Plugin.Sms.Codec.Transfer;

/// <summary>Writes what goes to the network. Pure.</summary>
internal static class TpduEncoder
{
    /// <summary>The octets, and how many of them are the message: AT+CMGS does not count the SMS centre.</summary>
    public static (byte[] Octets, int Length) Encode(Tpdu.Submit submit)
    {
        var first = FirstOctet.Submit
            | (submit.Validity is null ? 0 : FirstOctet.RelativeValidity)
            | (submit.AsksForReport ? FirstOctet.StatusReport : 0)
            | (submit.Content.Header.Bytes.IsEmpty ? 0 : FirstOctet.Header);
        byte[] message =
        [
            (byte)first, submit.Reference, .. submit.To.Encode(), submit.ProtocolId, submit.Scheme,
            .. submit.Validity is { } validity ? (byte[])[validity] : [], .. submit.Content.Encode(),
        ];
        return ([.. TpAddress.EncodeCentre(submit.Centre), .. message], message.Length);
    }
}

/// <summary>The bits of a TPDU's first octet (3GPP 23.040 section 9.2.3.1 and following).</summary>
internal static class FirstOctet
{
    public const int TypeBits = 0x03;
    public const int Deliver = 0x00;
    public const int Submit = 0x01;
    public const int Report = 0x02;
    public const int ValidityBits = 0x18;
    public const int RelativeValidity = 0x10;
    public const int StatusReport = 0x20;
    public const int Header = 0x40;
}
