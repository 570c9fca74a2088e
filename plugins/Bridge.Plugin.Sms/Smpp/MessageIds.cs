using System.Globalization;
using System.Numerics;

namespace Bridge.Plugin.Sms.Smpp;

/// <summary>
/// One spelling for the id of a message, which many SMS centres write in one way in the answer and in another in the delivery report: with leading
/// zeros or without, in capitals, in another base. Pure.
/// </summary>
internal static class MessageIds
{
    /// <summary>As it is kept.</summary>
    public static string Canonical(string id) => id.Trim().ToLowerInvariant().TrimStart('0') is { Length: > 0 } rest ? rest : "0";

    /// <summary>What the id of a report may be kept as, most likely first.</summary>
    /// <param name="inField">receipted_message_id; null when it was not there. Often written as in the answer even where the text is not.</param>
    /// <param name="inText">The text's <c>id:</c>; null when it was not there.</param>
    /// <param name="ids">As the option says.</param>
    public static IEnumerable<string> OfReport(string? inField, string? inText, SmppMessageIds ids)
    {
        var written = new[] { inField, inText }.OfType<string>().ToList();
        var converted = written.Select(id => Converted(id, ids)).OfType<string>();
        return (inField is null ? converted.Concat(written.Select(Canonical)) : written.Select(Canonical).Concat(converted)).Distinct();
    }

    private static string? Converted(string id, SmppMessageIds ids) => ids switch
    {
        SmppMessageIds.HexInAnswers when BigInteger.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
            Canonical(number.ToString("x", CultureInfo.InvariantCulture)),
        SmppMessageIds.HexInReports
            when BigInteger.TryParse("0" + id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) =>
            Canonical(number.ToString(CultureInfo.InvariantCulture)),
        _ => null,
    };
}
