using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Bridge.Plugin.Sms.Http;

/// <summary>What somebody else wrote, and may have written otherwise.</summary>
internal static partial class ForeignJson
{
    private static readonly JsonDocumentOptions s_tolerant = new() { AllowTrailingCommas = true };

    /// <summary>Null when it is something else.</summary>
    public static T? TryRead<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Null when it is something else. Bytes that are no UTF-8, and an escaped half of a surrogate pair, are no characters: the rest is read all the
    /// same.
    /// </summary>
    public static JsonDocument? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            var whole = Halves().Replace(TextOf(json), found => found.Groups["whole"].Success ? found.Value : @"\ufffd");
            return JsonDocument.Parse(whole, s_tolerant);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Some programs write a mark before their UTF-8, which is no part of what they say.</summary>
    public static string TextOf(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text).TrimStart('\ufeff');

    [GeneratedRegex(@"(?<whole>\\[^u]|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Halves();
}
