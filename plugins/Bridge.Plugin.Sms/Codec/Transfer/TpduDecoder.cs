namespace Bridge.Plugin.Sms.Codec.Transfer;

/// <summary>Reads what a modem has from the network. Pure.</summary>
internal static class TpduDecoder
{
    private const int Most = 300;

    /// <summary>Throws <see cref="TpduException"/>, and nothing else, when it is none of what a modem receives.</summary>
    /// <param name="hex">With the SMS centre before it.</param>
    public static Tpdu Decode(string hex)
    {
        if (hex.Length > Most * 2 || hex.Length % 2 != 0 || !hex.All(char.IsAsciiHexDigit))
        {
            throw new TpduException("not written in hexadecimal digits");
        }

        var reader = new TpduReader(Convert.FromHexString(hex));
        var centre = TpAddress.ReadCentre(ref reader);
        var first = reader.Octet();
        return (first & FirstOctet.TypeBits) switch
        {
            FirstOctet.Deliver => Deliver(ref reader, centre, first),
            FirstOctet.Report => Report(ref reader, centre),
            _ => throw new TpduException("of a type that no modem receives"),
        };
    }

    private static Tpdu.Deliver Deliver(ref TpduReader reader, TpAddress? centre, byte first)
    {
        var from = TpAddress.Read(ref reader);
        var (protocol, scheme) = (reader.Octet(), reader.Octet());
        var at = TimeStamp.Decode(reader.Octets(TimeStamp.Length));
        var content = UserData.Read(ref reader, scheme, (first & FirstOctet.Header) != 0);
        return new Tpdu.Deliver(centre, from, content) { ProtocolId = protocol, Scheme = scheme, At = at };
    }

    /// <summary>Both times are of no use: what the SMS centre says now counts.</summary>
    private static Tpdu.StatusReport Report(ref TpduReader reader, TpAddress? centre)
    {
        var reference = reader.Octet();
        var to = TpAddress.Read(ref reader);
        reader.Octets(2 * TimeStamp.Length);
        return new Tpdu.StatusReport(centre, reference, to, reader.Octet());
    }
}
