namespace Bridge.Plugin.Sms.Codec;

/// <summary>The alphabets of 3GPP 23.038: sections 6.2.1 (default), 6.2.1.1 (its extension), A.2 (single shift) and A.3 (locking shift).</summary>
internal static class Gsm7Tables
{
    /// <summary>Leads to the extension table; in the tables it stands for itself.</summary>
    public const char Escape = '\u001b';

    private const string Signs = " !\"#¤%&'()*+,-./0123456789:;<=>?";
    private const string Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private const string Greek = "Δ_ΦΓΛΩΠΨΣΘΞ";

    private const string Default =
        "@£$¥èéùìòÇ\nØø\rÅå" + Greek + "\u001bÆæßÉ" + Signs + "¡" + Capitals + "ÄÖÑÜ§¿" + Letters + "äöñüà";

    private const string TurkishLocking =
        "@£$¥€éùıòÇ\nĞğ\rÅå" + Greek + "\u001bŞşßÉ" + Signs + "İ" + Capitals + "ÄÖÑÜ§ç" + Letters + "äöñüà";

    private const string PortugueseLocking =
        "@£$¥êéúíóç\nÔô\rÁáΔ_ªÇÀ∞^\\€Ó|\u001bÂâÊÉ" + " !\"#º%&'()*+,-./0123456789:;<=>?" + "Í" + Capitals + "ÃÕÚÜ§~" + Letters + "ãõ`üà";

    private const string Extension = "\u000a\f\u0014^\u0028{\u0029}\u002f\\\u003c[\u003d~\u003e]\u0040|\u0065€";

    private const string TurkishSingle = Extension + "\u0047Ğ\u0049İ\u0053Ş\u0063ç\u0067ğ\u0069ı\u0073ş";

    private const string SpanishSingle = Extension + "\u0009ç\u0041Á\u0049Í\u004fÓ\u0055Ú\u0061á\u0069í\u006fó\u0075ú";

    private const string PortugueseSingle =
        "\u0005ê\u0009ç\u000a\f\u000bÔ\u000cô\u000eÁ\u000fá\u0012Φ\u0013Γ\u0014^\u0015Ω\u0016Π\u0017Ψ\u0018Σ\u0019Θ\u001fÊ\u0028{\u0029}\u002f\\\u003c[\u003d~\u003e]\u0040|"
        + "\u0041À\u0049Í\u004fÓ\u0055Ú\u005bÃ\u005cÕ\u0061Â\u0065€\u0069í\u006fó\u0075ú\u007bã\u007cõ\u007fâ";

    /// <summary>128 characters, by septet. Spanish has no table of its own (A.3.2).</summary>
    public static string Locking(NationalLanguage language) => language switch
    {
        NationalLanguage.Turkish => TurkishLocking,
        NationalLanguage.Portuguese => PortugueseLocking,
        _ => Default,
    };

    /// <summary>Pairs: the septet behind the escape, and what it means.</summary>
    public static string Single(NationalLanguage language) => language switch
    {
        NationalLanguage.Turkish => TurkishSingle,
        NationalLanguage.Spanish => SpanishSingle,
        NationalLanguage.Portuguese => PortugueseSingle,
        _ => Extension,
    };
}
