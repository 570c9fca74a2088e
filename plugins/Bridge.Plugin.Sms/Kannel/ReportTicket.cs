using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Kannel;

/// <summary>
/// The URL that Kannel calls when it knows what became of a part. Kannel names no messages, so our own key stands in it, signed: Kannel stores these URLs, and
/// the secret itself is not to lie there. Letters and digits alone, since Kannel takes each percent sign for one of its own escapes.
/// </summary>
internal static partial class ReportTicket
{
    /// <summary>1 delivered, 2 not delivered, 16 refused by the SMS centre; what lies between is not of interest.</summary>
    public const string Mask = "19";

    private const int SignatureBytes = 16;

    public static string UrlOf(Uri callback, Secret secret, OutgoingPart part) =>
        $"{callback.AbsoluteUri.TrimEnd('/')}/report?key={part.Key.Value}&part={part.Number}&of={part.Total}&sign={SignatureOf(secret, part.Key.Value, part.Number, part.Total)}&type=%d&answer=%A";

    /// <summary>Null when it is none of ours. Its type may be one that says nothing yet: see <see cref="OutcomeOf"/>.</summary>
    public static (DeliveryKey Key, int Number, int Total)? TryRead(Secret secret, Func<string, string?> parameter)
    {
        if (parameter("key") is not { Length: > 0 and <= 64 } key || parameter("sign") is not { } signature || NumberOf(parameter("part")) is not { } number || NumberOf(parameter("of")) is not { } total)
        {
            return null;
        }

        var expected = Encoding.ASCII.GetBytes(SignatureOf(secret, key, number, total));
        return number <= total && CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature)) ? (new DeliveryKey(key), number, total) : null;
    }

    /// <summary>Null while the part is still on its way.</summary>
    public static PartReport? OutcomeOf((DeliveryKey Key, int Number, int Total) part, string? type, string? answer) => type switch
    {
        "1" => new PartReport(part.Key, part.Number, part.Total, IsDelivered: true, null),
        "2" => new PartReport(part.Key, part.Number, part.Total, IsDelivered: false, "the network could not deliver it" + CodeOf(answer)),
        "16" => new PartReport(part.Key, part.Number, part.Total, IsDelivered: false, "the SMS centre refused it" + CodeOf(answer)),
        _ => null,
    };

    /// <summary>Of the centre's answer only the codes are told: the rest quotes the message.</summary>
    private static string CodeOf(string? answer) => Codes().Matches(answer ?? "") is { Count: > 0 } codes
        ? $" ({string.Join(", ", codes.Take(2).Select(code => code.Groups["code"].Value.ToLowerInvariant()))})"
        : "";

    private static string SignatureOf(Secret secret, string key, int number, int total) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal()), Encoding.UTF8.GetBytes($"report\n{key}\n{number}\n{total}")).AsSpan(0, SignatureBytes));

    private static int? NumberOf(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 255 ? number : null;

    [GeneratedRegex(@"(^NACK/|\bstat:|\berr:)(?<code>[A-Za-z0-9]{1,10})", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Codes();
}
