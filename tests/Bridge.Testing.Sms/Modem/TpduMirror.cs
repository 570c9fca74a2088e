using Bridge.Plugin.Sms.Codec.Transfer;

namespace Bridge.Testing.Sms.Modem;

/// <summary>The other side of the codec: what an SMS centre reads and writes.</summary>
internal static class TpduMirror
{
    public static Tpdu.Submit ReadSubmit(string hex)
    {
        var reader = new TpduReader(Convert.FromHexString(hex));
        var centre = TpAddress.ReadCentre(ref reader);
        var first = reader.Octet();
        if ((first & FirstOctet.TypeBits) != FirstOctet.Submit || (first & FirstOctet.ValidityBits) is not (0 or FirstOctet.RelativeValidity))
        {
            throw new TpduException("not a submit as Bridge writes it");
        }

        var reference = reader.Octet();
        var to = TpAddress.Read(ref reader);
        var (protocol, scheme) = (reader.Octet(), reader.Octet());
        byte? validity = (first & FirstOctet.ValidityBits) == 0 ? null : reader.Octet();
        return new Tpdu.Submit(centre, to, UserData.Read(ref reader, scheme, (first & FirstOctet.Header) != 0))
        {
            Reference = reference,
            ProtocolId = protocol,
            Scheme = scheme,
            Validity = validity,
            AsksForReport = (first & FirstOctet.StatusReport) != 0,
        };
    }

    public static string Write(Tpdu.Deliver deliver)
    {
        var first = 0x04 | FirstOctet.Deliver | (deliver.Content.Header.Bytes.IsEmpty ? 0 : FirstOctet.Header);
        return Convert.ToHexString(
        [
            .. TpAddress.EncodeCentre(deliver.Centre), (byte)first, .. deliver.From.Encode(), deliver.ProtocolId, deliver.Scheme,
            .. Time(deliver.At ?? throw new InvalidOperationException("no time")), .. deliver.Content.Encode(),
        ]);
    }

    public static string Write(Tpdu.StatusReport report, DateTimeOffset at, DateTimeOffset done) => Convert.ToHexString(
    [
        .. TpAddress.EncodeCentre(report.Centre), 0x04 | FirstOctet.Report, report.Reference, .. report.To.Encode(), .. Time(at), .. Time(done), report.Status,
    ]);

    public static byte[] Time(DateTimeOffset at)
    {
        var quarters = (int)(at.Offset.TotalMinutes / 15);
        byte[] octets =
        [
            Swapped(at.Year % 100), Swapped(at.Month), Swapped(at.Day), Swapped(at.Hour), Swapped(at.Minute), Swapped(at.Second),
            Swapped(Math.Abs(quarters)),
        ];
        octets[6] |= (byte)(quarters < 0 ? 0x08 : 0);
        return octets;
    }

    private static byte Swapped(int number) => (byte)(((number % 10) << 4) | (number / 10));
}
