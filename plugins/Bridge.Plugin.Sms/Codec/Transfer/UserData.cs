using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Codec.Transfer;

/// <summary>TP-UDL and TP-UD: what a short message carries (3GPP 23.040 sections 9.2.3.16 and 9.2.3.24).</summary>
/// <param name="Coding">How <paramref name="Data"/> is written.</param>
/// <param name="Header">With its length octet; empty for none.</param>
/// <param name="Data">Septets (one in each octet), octets, or UTF-16 big end first.</param>
internal sealed record UserData(TextCoding Coding, Payload Header, Payload Data)
{
    private const int Most = 140;

    /// <summary>What a part of a text travels as.</summary>
    public static UserData Of(OutgoingPart part) => new(
        part.Coding, new Payload((byte[])[.. part.Header]),
        new Payload(part.Coding == TextCoding.Utf16 ? Utf16.Encode(part.Text.Value) : part.Septets()));

    /// <summary>The length, in septets or octets, and what it counts.</summary>
    public byte[] Encode()
    {
        var header = Header.Bytes.Span;
        var data = Data.Bytes.Span;
        if (Coding != TextCoding.Gsm7)
        {
            return header.Length + data.Length <= Most ? [(byte)(header.Length + data.Length), .. header, .. data] : throw TooLong();
        }

        var before = Septets.Covering(header.Length);
        var encoded = new byte[1 + Septets.OctetsOf(before + data.Length)];
        if (encoded.Length > 1 + Most)
        {
            throw TooLong();
        }

        encoded[0] = (byte)(before + data.Length);
        header.CopyTo(encoded.AsSpan(1));
        Septets.Pack(data, encoded.AsSpan(1), before);
        return encoded;
    }

    /// <summary>
    /// What the length promises and is not there, is left out: some modems cut the end off. A header that is none belongs to the text.
    /// </summary>
    public static UserData Read(ref TpduReader reader, byte scheme, bool hasHeader)
    {
        var coding = CodingScheme.Of(scheme);
        var length = reader.Octet();
        var octets = reader.Rest();
        octets = octets[..Math.Min(octets.Length, coding == TextCoding.Gsm7 ? Septets.OctetsOf(length) : length)];
        var header = hasHeader && UserDataHeader.TryDecode(octets) is not null ? octets[..(1 + octets[0])] : [];
        var before = Septets.Covering(header.Length);
        return new UserData(
            coding, new Payload(header.ToArray()),
            new Payload(coding == TextCoding.Gsm7 ? Septets.Unpack(octets, length - before, before) : octets[header.Length..].ToArray()));
    }

    /// <summary>Only its length.</summary>
    public override string ToString() => $"({Coding}, {Data})";

    private static InvalidOperationException TooLong() => new($"more than {Most} octets");
}
