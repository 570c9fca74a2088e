using System.Globalization;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>How the app names messages that come in. Pure.</summary>
internal static class PhoneIds
{
    private const string Listed = "text:";

    /// <summary>
    /// The app names a message by a hash of its sender, its time and its text: in hexadecimal digits when it calls (7f3a), in decimal ones in the
    /// list (text:32570). A hash of 32 bits is not unique, so the time stands behind it. Null when there is nothing to tell it by.
    /// </summary>
    /// <param name="id">As the app wrote it.</param>
    /// <param name="at">When it was sent, as the app wrote it.</param>
    public static string? NativeOf(string? id, string? at)
    {
        if (id is not { Length: > 0 and <= 64 } || at is { Length: > 64 })
        {
            return null;
        }

        var hash = id.StartsWith(Listed, StringComparison.Ordinal)
            && int.TryParse(id.AsSpan(Listed.Length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? ((uint)number).ToString("x", CultureInfo.InvariantCulture) : id;
        return $"{hash}-{TimeOf(at)?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? at}";
    }

    /// <summary>Null when it is no time.</summary>
    public static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
