using System.Globalization;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>Reads a message that came in; Twilio has put its parts together. Pure.</summary>
internal static class TwilioArrival
{
    private const int LongestName = 64;
    private const int MostFiles = 10;
    private const int LongestUrl = 2_000;

    /// <summary>Null when nobody sent it, or it has no name to know it by again.</summary>
    public static ReceivedMessage? Of(TwilioForm form) => Of(form.ValueOf("From"), form.ValueOf("To"), TextOf(form), form.ValueOf("MessageSid"));

    /// <summary>As the other. The list only counts what was attached: it is found in Twilio's console.</summary>
    public static ReceivedMessage? Of(ListedMessage message) => Of(
        message.From, message.To, TextOf(message.Body, message.NumMedia is null or "0" ? [] : [$"[{message.NumMedia} attached]"]), message.Sid) is { } received
        ? received with { SentAt = TimeOf(message.DateSent) } : null;

    private static ReceivedMessage? Of(string? sender, string? recipient, string text, string? id) =>
        sender?.Trim() is not { Length: > 0 and <= LongestName } from || id is not { Length: > 0 and <= LongestName } ? null
        : new ReceivedMessage(
            from, recipient is { Length: <= LongestName } ? recipient : "", TextCoding.Utf16, new Payload(Utf16.Encode(text)), new UserDataHeader())
        {
            NativeId = id,
        };

    /// <summary>What was attached (MMS) lies at Twilio: its links stand behind the text, each on a line of its own.</summary>
    private static string TextOf(TwilioForm form)
    {
        var files = int.TryParse(form.ValueOf("NumMedia"), NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? Math.Min(told, MostFiles) : 0;
        var links = Enumerable.Range(0, files).Select(index => form.ValueOf($"MediaUrl{index}"))
            .Where(link => link is { Length: <= LongestUrl } && Uri.TryCreate(link, UriKind.Absolute, out var url) && url.Scheme == "https");
        return TextOf(form.ValueOf("Body"), links);
    }

    private static string TextOf(string? text, IEnumerable<string?> lines) => string.Join('\n', lines.Prepend(text).Where(line => !string.IsNullOrEmpty(line)));

    private static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
