using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Codec.Transfer;

/// <summary>Who a short message is from, or goes to (3GPP 23.040 section 9.1.2.5).</summary>
/// <param name="Type">The type-of-address octet.</param>
/// <param name="Digits">Without a plus; of an alphanumeric address its letters.</param>
internal sealed record TpAddress(byte Type, string Digits)
{
    private const byte International = 0x91;
    private const byte Unknown = 0x81;
    private const byte Name = 0xd0;
    private const int TypeOfNumber = 0x70;
    private const int MostSemiOctets = 20;
    private const string Signs = "0123456789*#abc";

    /// <summary>As Bridge writes numbers, where the address says so much.</summary>
    public string Number => (Type & TypeOfNumber) == (International & TypeOfNumber) && Digits.Length > 0 ? "+" + Digits : Digits;

    /// <summary>Of a canonical number.</summary>
    public static TpAddress Of(string number) => PhoneNumber.KindOf(number) switch
    {
        NumberKind.International => new TpAddress(International, number[1..]),
        NumberKind.Name => new TpAddress(Name, number),
        _ => new TpAddress(Unknown, number),
    };

    /// <summary>Nothing of the number.</summary>
    public override string ToString() => Mask.Of(Digits);

    /// <summary>Its length in useful semi-octets, its type, and it.</summary>
    public byte[] Encode()
    {
        if ((Type & TypeOfNumber) != (Name & TypeOfNumber))
        {
            return [(byte)Digits.Length, Type, .. SemiOctets(Digits)];
        }

        var septets = Gsm7Alphabet.Default.TryEncode(Digits) ?? throw new InvalidOperationException("a name that the GSM alphabet does not have");
        var packed = new byte[Septets.OctetsOf(septets.Length)];
        Septets.Pack(septets, packed);
        return [(byte)(((septets.Length * 7) + 3) / 4), Type, .. packed];
    }

    /// <summary>Throws <see cref="TpduException"/> when it is none.</summary>
    public static TpAddress Read(ref TpduReader reader)
    {
        var length = reader.Octet();
        if (length > MostSemiOctets)
        {
            throw new TpduException("an address that is too long");
        }

        var type = reader.Octet();
        var octets = reader.Octets((length + 1) / 2);
        return (type & TypeOfNumber) == (Name & TypeOfNumber)
            ? new TpAddress(type, Gsm7Alphabet.Default.Decode(Septets.Unpack(octets, length * 4 / 7)))
            : new TpAddress(type, Text(octets, length));
    }

    /// <summary>Of the SMS centre, whose length counts octets; empty for the one that the SIM card names.</summary>
    public static byte[] EncodeCentre(TpAddress? centre) =>
        centre is null ? [0] : [(byte)(1 + ((centre.Digits.Length + 1) / 2)), centre.Type, .. SemiOctets(centre.Digits)];

    /// <summary>Null for none.</summary>
    public static TpAddress? ReadCentre(ref TpduReader reader)
    {
        var length = reader.Octet();
        if (length == 0)
        {
            return null;
        }

        var octets = reader.Octets(length);
        return new TpAddress(octets[0], Text(octets[1..], (octets.Length - 1) * 2));
    }

    private static byte[] SemiOctets(string digits)
    {
        var octets = new byte[(digits.Length + 1) / 2];
        for (var i = 0; i < octets.Length; i++)
        {
            var high = (i * 2) + 1 < digits.Length ? Signs.IndexOf(digits[(i * 2) + 1], StringComparison.Ordinal) : 0xf;
            octets[i] = (byte)((high << 4) | Signs.IndexOf(digits[i * 2], StringComparison.Ordinal));
        }

        return octets;
    }

    private static string Text(ReadOnlySpan<byte> octets, int length)
    {
        Span<char> text = stackalloc char[octets.Length * 2];
        var written = 0;
        for (var i = 0; i < Math.Min(length, text.Length); i++)
        {
            var sign = i % 2 == 0 ? octets[i / 2] & 0xf : octets[i / 2] >> 4;
            if (sign == 0xf)
            {
                break; // the filler
            }

            text[written++] = Signs[sign];
        }

        return text[..written].ToString();
    }
}
