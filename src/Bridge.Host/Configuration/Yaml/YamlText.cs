using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bridge.Host.Configuration.Yaml;

/// <summary>Writes JSON as block YAML that reads back as the same values. Texts that YAML could take for something else are quoted.</summary>
internal static partial class YamlText
{
    private static readonly JsonSerializerOptions s_quoted = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonNode node)
    {
        var text = new StringBuilder();
        Write(text, node, 0, inList: false);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int indent, bool inList)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                var first = inList;
                foreach (var (key, value) in map)
                {
                    text.Append(' ', first ? 0 : indent).Append(Scalar(key)).Append(':');
                    first = false;
                    WriteChild(text, value, indent);
                }

                break;
            case JsonArray { Count: > 0 } list:
                foreach (var item in list)
                {
                    text.Append(' ', indent).Append("- ");
                    if (item is JsonObject { Count: > 0 })
                    {
                        Write(text, item, indent + 2, inList: true);
                    }
                    else
                    {
                        // Anything else in a list is short enough for JSON, which is YAML.
                        text.Append(item is JsonArray ? item.ToJsonString(s_quoted) : Leaf(item)).Append('\n');
                    }
                }

                break;
            default:
                text.Append(Leaf(node)).Append('\n');
                break;
        }
    }

    private static void WriteChild(StringBuilder text, JsonNode? value, int indent)
    {
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            text.Append('\n');
            Write(text, value, indent + 2, inList: false);
            return;
        }

        text.Append(' ').Append(Leaf(value)).Append('\n');
    }

    private static string Leaf(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Scalar(value.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    private static string Scalar(string text) =>
        PlainText().IsMatch(text) && text is not ("null" or "true" or "false") ? text : JsonSerializer.Serialize(text, s_quoted);

    // A letter first, then nothing that YAML gives a meaning to.
    [GeneratedRegex(@"^[A-Za-z_/][A-Za-z0-9_./+-]*$", RegexOptions.NonBacktracking)]
    private static partial Regex PlainText();
}
