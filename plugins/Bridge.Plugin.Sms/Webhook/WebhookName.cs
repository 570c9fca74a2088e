using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>What the service calls messages, and its times. Pure.</summary>
internal static class WebhookName
{
    private const int Longest = 64;

    /// <summary>As it is, or what stands for it where it is long; null for nothing.</summary>
    public static string? Of(string? id) => id switch
    {
        null or "" => null,
        { Length: <= Longest } => id,
        _ => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id))),
    };

    /// <summary>Of a message without a name: the same for the same message only, and nothing that it could be guessed from.</summary>
    public static string Of(Secret secret, params string[] message) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal()), Encoding.UTF8.GetBytes(string.Join('\n', message))));

    /// <summary>A code of a few letters or digits; null for anything else, which may quote a number or a text.</summary>
    public static string? CodeOf(string? text) =>
        text is { Length: > 0 and <= 40 } && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.' or ' ')
            && text.Count(char.IsAsciiDigit) < 7 ? text : null;

    /// <summary>Null when it is no time.</summary>
    public static DateTimeOffset? TimeOf(string? text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is > 0 and < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(number)
                : number is > 0 and < 100_000_000_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds(number) : null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}
