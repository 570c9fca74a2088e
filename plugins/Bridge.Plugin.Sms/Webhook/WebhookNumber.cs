namespace Bridge.Plugin.Sms.Webhook;

/// <summary>How the service writes numbers with their country. Pure.</summary>
internal static class WebhookNumber
{
    // Shorter ones are known to one operator or country alone, and have no country.
    private const int LongestShortCode = 6;

    /// <param name="number">A canonical number, a short code or a name.</param>
    /// <param name="style">As the service wants it.</param>
    public static string Write(string number, WebhookNumbers style) => number.StartsWith('+') && style != WebhookNumbers.Plus
        ? (style == WebhookNumbers.Zeros ? "00" : "") + number[1..]
        : number;

    /// <summary>What only the service knows of its way of writing; the rest is told by the number itself.</summary>
    public static string Read(string text, WebhookNumbers style) =>
        style == WebhookNumbers.Digits && text.Length > LongestShortCode && text[0] != '0' && text.All(char.IsAsciiDigit) ? "+" + text : text;
}
