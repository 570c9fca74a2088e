using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Codec.Transfer;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>
/// How modems write what the network says: as it is, or in hexadecimal digits that are UTF-16, octets, or packed septets. Few of them say which, so
/// that what the digits make readable counts. Pure.
/// </summary>
internal static class UssdText
{
    private const byte LanguageThenUcs2 = 0x11;
    private const int GeneralGroup = 0x40;
    private const int AlphabetBits = 0xcc;
    private const int Ucs2 = 0x48;
    private const int FewestDigits = 8;

    /// <param name="written">Between the quotes.</param>
    /// <param name="scheme">How the network wrote it (3GPP 23.038 section 5); null when the modem does not say.</param>
    public static string Read(string written, byte? scheme)
    {
        if (written.Length == 0 || written.Length % 2 != 0 || !written.All(char.IsAsciiHexDigit))
        {
            return written;
        }

        var octets = Convert.FromHexString(written);
        return IsUcs2(scheme) && octets.Length % 2 == 0 ? Utf16.Decode(octets)
            : written.Length < FewestDigits ? written
            : Wide(octets) ?? (written.Any(char.IsAsciiLetter) ? Narrow(octets) : null) ?? written;
    }

    /// <summary>A code as those modems want it that take no plain one: packed septets in hexadecimal digits.</summary>
    public static string Pack(string code)
    {
        var septets = Gsm7Alphabet.Default.TryEncode(code) ?? throw new InvalidOperationException("a code that was not checked");
        var octets = new byte[Septets.OctetsOf(septets.Length)];
        Septets.Pack(septets, octets);
        return Convert.ToHexString(octets);
    }

    private static bool IsUcs2(byte? scheme) =>
        scheme is LanguageThenUcs2 || (scheme is { } said && said < 2 * GeneralGroup && (said & AlphabetBits) == Ucs2);

    /// <summary>UTF-16, when it makes letters of alphabets, digits and signs.</summary>
    private static string? Wide(byte[] octets)
    {
        var text = octets.Length % 2 == 0 ? Utf16.Decode(octets) : null;
        return text?.All(IsLetterOrSign) == true ? text : null;
    }

    private static bool IsLetterOrSign(char sign) => sign is '\n' or '\r' or (>= ' ' and < '\u0700') or (>= '\u2000' and < '\u2100');

    /// <summary>Null when it is neither octets nor packed septets.</summary>
    private static string? Narrow(byte[] octets)
    {
        var septets = octets.All(IsReadable) ? octets : Septets.Unpack(octets, octets.Length * 8 / 7);
        return septets.All(septet => septet is 0 or (byte)'\r' or 0x1b || IsReadable(septet))
            ? Gsm7Alphabet.Default.Decode(septets).TrimEnd('@', '\r', ' ') // what fills the last octet
            : null;
    }

    private static bool IsReadable(byte sign) => sign is (byte)'\n' or (byte)'\r' or (>= 0x20 and < 0x80);
}
