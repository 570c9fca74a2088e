using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bridge.Plugin.Matrix.Protocol;

/// <summary>Reading JSON of strangers without a surprise: what is missing or of another type is null. And writing ours.</summary>
internal static class Json
{
    // An event may have 65,536 bytes: letters are not written as escapes of six.
    private static readonly JsonSerializerOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Bytes(JsonObject content) => JsonSerializer.SerializeToUtf8Bytes(content, s_writing);

    /// <summary>Throws <see cref="JsonException"/> for what is not one whole JSON value.</summary>
    public static JsonElement Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        var value = JsonElement.ParseValue(ref reader);
        return reader.Read() ? throw new JsonException("there is more behind it") : value;
    }

    public static string? TextOf(this JsonElement value, string name)
    {
        if (value.Get(name) is not { ValueKind: JsonValueKind.String } field)
        {
            return null;
        }

        try
        {
            return field.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair is no text
        }
    }

    public static long? NumberOf(this JsonElement value, string name) =>
        value.Get(name) is { ValueKind: JsonValueKind.Number } field && field.TryGetInt64(out var number) ? number : null;

    public static bool FlagOf(this JsonElement value, string name) => value.Get(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The member, when this is an object that has it.</summary>
    public static JsonElement? Get(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var field) ? field : null;

    /// <summary>The member, when it is an object.</summary>
    public static JsonElement? ObjectOf(this JsonElement value, string name) => value.Get(name) is { ValueKind: JsonValueKind.Object } field ? field : null;

    /// <summary>The items of the member; none when it is no list.</summary>
    public static IEnumerable<JsonElement> ItemsOf(this JsonElement value, string name) =>
        value.Get(name) is { ValueKind: JsonValueKind.Array } field ? field.EnumerateArray() : [];
}
