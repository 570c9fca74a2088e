namespace Bridge.Plugin.Sms.Codec.Transfer;

/// <summary>TP-DCS (3GPP 23.038 section 4). Pure.</summary>
internal static class CodingScheme
{
    private const int Class0 = 0x10;

    /// <param name="coding">Of the text.</param>
    /// <param name="isFlash">Of class 0: shown at once.</param>
    public static byte Of(TextCoding coding, bool isFlash = false) => (byte)((isFlash ? Class0 : 0) | coding switch
    {
        TextCoding.Gsm7 => 0x00,
        TextCoding.Octets => 0x04,
        _ => 0x08,
    });

    /// <summary>What is reserved is read as the default alphabet, as the standard wants; what is compressed cannot be read here.</summary>
    public static TextCoding Of(byte scheme) => scheme switch
    {
        <= 0x7f when (scheme & 0x20) != 0 => TextCoding.Octets,
        <= 0x7f => (scheme & 0x0c) switch { 0x04 => TextCoding.Octets, 0x08 => TextCoding.Utf16, _ => TextCoding.Gsm7 },
        >= 0xe0 and <= 0xef => TextCoding.Utf16,
        >= 0xf0 => (scheme & 0x04) == 0 ? TextCoding.Gsm7 : TextCoding.Octets,
        _ => TextCoding.Gsm7,
    };
}
