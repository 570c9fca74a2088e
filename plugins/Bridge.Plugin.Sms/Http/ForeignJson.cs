using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Bridge.Plugin.Sms.Http;

/// <summary>What somebody else wrote, and may have written otherwise.</summary>
internal static class ForeignJson
{
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
}
