using System.Globalization;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Kannel;

/// <summary>
/// Reads a message that smsbox brings, by <c>get-url</c> (all in the query) or <c>post-url</c> (the text in the body, the rest in headers, and in the query
/// what its URL asks for). Pure. Bytes stay bytes until their charset is known, and UTF-16 is read unit by unit.
/// </summary>
internal static class KannelMessage
{
    /// <summary>Null when nobody sent it.</summary>
    /// <param name="query">As it came, percent-encoded.</param>
    /// <param name="headers">Names compare without case.</param>
    /// <param name="body">Of a POST; null of a GET.</param>
    public static ReceivedMessage? TryRead(string query, IReadOnlyDictionary<string, string> headers, byte[]? body)
    {
        var fields = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (name, value) in PercentCoding.ReadQuery(query))
        {
            fields.TryAdd(name, value);
        }

        string? Field(string name) => fields.TryGetValue(name, out var value) && value.Length > 0 ? Encoding.UTF8.GetString(value) : headers.GetValueOrDefault("X-Kannel-" + name);

        if (Field("from") is not { Length: > 0 and <= 64 } from)
        {
            return null;
        }

        var header = UserDataHeader.TryDecode(fields.TryGetValue("udh", out var udh) && udh.Length > 0 ? udh : HeaderOf(headers.GetValueOrDefault("X-Kannel-UDH"))) ?? new UserDataHeader();
        var charset = Field("charset") ?? CharsetOf(headers.GetValueOrDefault("Content-Type"));
        var (coding, data) = ContentOf(body ?? fields.GetValueOrDefault("text") ?? [], Field("coding"), charset);
        return new ReceivedMessage(from.Trim(), Field("to") ?? "", coding, new Payload(data), header)
        {
            NativeId = Field("id") is { Length: <= 128 } id ? id : null,
            SentAt = TimeOf(Field("time")),
        };
    }

    private static (TextCoding Coding, byte[] Data) ContentOf(byte[] bytes, string? coding, string? charset) => (coding, charset?.ToUpperInvariant()) switch
    {
        ("1", _) or (_, "8-BIT") => (TextCoding.Octets, bytes),
        (_, "UTF-16BE" or "UCS-2" or "ISO-10646-UCS-2") => (TextCoding.Utf16, bytes),
        (_, "ISO-8859-1" or "LATIN1" or "LATIN-1" or "WINDOWS-1252") => (TextCoding.Utf16, Utf16.Encode(Encoding.Latin1.GetString(bytes))),
        ("2", null) => (TextCoding.Utf16, bytes),
        _ => (TextCoding.Utf16, Utf16.Encode(Encoding.UTF8.GetString(bytes))), // mo-recode, and every text in septets
    };

    /// <summary>Newer versions percent-encode it, older ones write hexadecimal digits.</summary>
    private static byte[] HeaderOf(string? written)
    {
        if (written is null || written.Contains('%', StringComparison.Ordinal))
        {
            return PercentCoding.Read(written);
        }

        var digits = written.Trim();
        return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : [];
    }

    private static string? CharsetOf(string? contentType)
    {
        var at = contentType?.IndexOf("charset=", StringComparison.OrdinalIgnoreCase) ?? -1;
        return at < 0 ? null : contentType![(at + "charset=".Length)..].Split(';')[0].Trim().Trim('"');
    }

    /// <summary>Seconds since 1970 (%T), or the header's spelling, which is UTC.</summary>
    private static DateTimeOffset? TimeOf(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : DateTimeOffset.TryParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : null;
}
