using System.Globalization;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>Reads a message that came in; Twilio has put its parts together. Pure.</summary>
internal static class TwilioArrival
{
    private const int LongestName = 64;
    private const int MostFiles = 10;

    /// <summary>Null when nobody sent it, or it has no name to know it by again.</summary>
    public static ReceivedMessage? Of(FormFields form, TwilioFiles files) =>
        Of(form.ValueOf("From"), form.ValueOf("To"), form.ValueOf("Body"), files, form.ValueOf("MessageSid"));

    /// <summary>As the other.</summary>
    public static ReceivedMessage? Of(ListedMessage message, TwilioFiles files) =>
        Of(message.From, message.To, message.Body, files, message.Sid) is { } received ? received with { SentAt = TimeOf(message.DateSent) } : null;

    /// <summary>What is attached to a message (MMS).</summary>
    public static IReadOnlyList<TwilioFile> FilesOf(FormFields form)
    {
        var files = int.TryParse(form.ValueOf("NumMedia"), NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? Math.Min(told, MostFiles) : 0;
        return [.. Enumerable.Range(0, files).Select(index => TwilioFile.Of(form.ValueOf($"MediaUrl{index}"), form.ValueOf($"MediaContentType{index}"))).OfType<TwilioFile>()];
    }

    private static ReceivedMessage? Of(string? sender, string? recipient, string? text, TwilioFiles files, string? id) =>
        sender?.Trim() is not { Length: > 0 and <= LongestName } from || id is not { Length: > 0 and <= LongestName } ? null
        : new ReceivedMessage(
            from, recipient is { Length: <= LongestName } ? recipient : "", TextCoding.Utf16, new Payload(Utf16.Encode(TextOf(text, files.Left))), new UserDataHeader())
        {
            NativeId = id, Files = files.Brought,
        };

    private static string TextOf(string? text, IEnumerable<string?> lines) => string.Join('\n', lines.Prepend(text).Where(line => !string.IsNullOrEmpty(line)));

    private static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
