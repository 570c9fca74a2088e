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

    // An event nests no deeper than it is long. Elements are read without recursion; of the usual 64 levels one event of a stranger spoilt the whole answer.
    private static readonly JsonReaderOptions s_reading = new() { MaxDepth = 70_000 };

    /// <summary>Throws <see cref="JsonException"/> for what is not one whole JSON value.</summary>
    public static JsonElement Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, s_reading);
        var value = JsonElement.ParseValue(ref reader);
        return reader.Read() ? throw new JsonException("there is more behind it") : value;
    }

    public static string? TextOf(this JsonElement value, string name) => value.Get(name)?.Text();

    /// <summary>Null for what is no text, which half of a surrogate pair is not either.</summary>
    public static string? Text(this JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static long? NumberOf(this JsonElement value, string name) =>
        value.Get(name) is { ValueKind: JsonValueKind.Number } field && field.TryGetInt64(out var number) ? number : null;

    public static bool FlagOf(this JsonElement value, string name) => value.Get(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The member, when this is an object that has it; an object with a name in it that is no text has none.</summary>
    public static JsonElement? Get(this JsonElement value, string name)
    {
        try
        {
            return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var field) ? field : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The member, when it is an object.</summary>
    public static JsonElement? ObjectOf(this JsonElement value, string name) => value.Get(name) is { ValueKind: JsonValueKind.Object } field ? field : null;

    /// <summary>The items of the member; none when it is no list.</summary>
    public static IEnumerable<JsonElement> ItemsOf(this JsonElement value, string name) =>
        value.Get(name) is { ValueKind: JsonValueKind.Array } field ? field.EnumerateArray() : [];

    /// <summary>The members whose names are texts; none when this is no object.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Members(this JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                if (NameOf(member) is { } name)
                {
                    yield return (name, member.Value);
                }
            }
        }
    }

    /// <summary>To be written again; null for what nests deeper than what Bridge writes.</summary>
    public static JsonNode? Copy(this JsonElement value)
    {
        try
        {
            return JsonNode.Parse(value.GetRawText(), documentOptions: new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
