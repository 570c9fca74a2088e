namespace Bridge.Plugin.Sms.Codec;

/// <summary>
/// How numbers are dialled within a country, by its calling code: the trunk prefix that an international number loses, and the prefix of calls abroad
/// (ITU-T E.164 and the list of dialling procedures of its Operational Bulletin). Most countries use 0 and 00, so only the others stand here.
/// </summary>
internal sealed record DialPlan(string Trunk, string Abroad)
{
    private const string CallingCodes =
        "1 7 20 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 "
        + "254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 27 290 291 297 298 299 30 31 32 33 34 350 351 352 353 354 355 356 357 358 359 36 370 371 372 373 374 375 "
        + "376 377 378 379 380 381 382 383 385 386 387 389 39 40 41 420 421 423 43 44 45 46 47 48 49 500 501 502 503 504 505 506 507 508 509 51 52 53 54 55 56 57 58 590 591 592 "
        + "593 594 595 596 597 598 599 60 61 62 63 64 65 66 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 81 82 84 850 852 853 855 856 86 "
        + "880 886 90 91 92 93 94 95 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 98 992 993 994 995 996 998";

    // Every digit of a national number belongs to it, a leading 0 too (Italy).
    private const string WithoutTrunk =
        "216 220 221 222 223 224 225 226 227 228 229 230 235 236 237 238 239 240 242 244 245 246 247 248 253 257 258 266 267 268 269 290 297 298 299 30 34 350 351 352 354 356 357 "
        + "371 372 376 377 378 379 39 420 423 45 47 48 500 501 502 503 504 505 506 507 509 52 56 57 592 597 599 65 670 672 673 674 675 676 677 678 679 680 681 682 683 685 687 688 "
        + "689 690 691 852 853 965 968 973 974 975 992 998";

    private static readonly Dictionary<string, string> s_otherTrunks = new()
    {
        ["1"] = "1", ["7"] = "8", ["36"] = "06", ["375"] = "80", ["692"] = "1", ["993"] = "8",
    };

    private static readonly Dictionary<string, string> s_otherAbroad = new()
    {
        ["1"] = "011", ["7"] = "810", ["375"] = "810", ["993"] = "810", ["53"] = "119", ["61"] = "0011", ["62"] = "001", ["65"] = "001", ["66"] = "001", ["81"] = "010",
        ["82"] = "001", ["852"] = "001", ["855"] = "001", ["886"] = "002", ["234"] = "009", ["254"] = "000", ["255"] = "000", ["256"] = "000", ["592"] = "001", ["690"] = "00",
    };

    private static readonly HashSet<string> s_codes = [.. CallingCodes.Split(' ')];
    private static readonly HashSet<string> s_withoutTrunk = [.. WithoutTrunk.Split(' ')];

    /// <summary>Null when no country has that calling code.</summary>
    public static DialPlan? Of(string callingCode) => !s_codes.Contains(callingCode) ? null : new DialPlan(
        s_otherTrunks.GetValueOrDefault(callingCode, s_withoutTrunk.Contains(callingCode) ? "" : "0"),
        s_otherAbroad.GetValueOrDefault(callingCode, "00"));
}
