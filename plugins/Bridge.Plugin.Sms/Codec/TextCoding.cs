namespace Bridge.Plugin.Sms.Codec;

/// <summary>How the user data of a short message is written (3GPP 23.038 section 4).</summary>
internal enum TextCoding
{
    /// <summary>Septets of the default alphabet, or of national ones named in the header.</summary>
    Gsm7,

    /// <summary>Octets without a meaning of their own.</summary>
    Octets,

    /// <summary>UTF-16, big end first. The standard says UCS-2; every phone sends surrogate pairs.</summary>
    Utf16,
}

/// <summary>National Language Identifiers (3GPP 23.038 section 6.2.1.2.4).</summary>
internal enum NationalLanguage
{
    /// <summary>The default alphabet.</summary>
    None = 0,

    /// <summary>Turkish: a locking and a single shift table.</summary>
    Turkish = 1,

    /// <summary>Spanish: a single shift table only.</summary>
    Spanish = 2,

    /// <summary>Portuguese: a locking and a single shift table.</summary>
    Portuguese = 3,
}

/// <summary>How many units fit into one short message of 140 octets (3GPP 23.040 section 9.2.3.24).</summary>
internal static class Capacity
{
    private const int Octets = 140;

    /// <summary>In septets, octets or UTF-16 code units. The header counts with its length octet; text in septets begins at the next whole septet.</summary>
    public static int Of(TextCoding coding, int headerOctets) => coding switch
    {
        TextCoding.Gsm7 => (Octets - headerOctets) * 8 / 7,
        TextCoding.Utf16 => (Octets - headerOctets) / 2,
        _ => Octets - headerOctets,
    };
}
