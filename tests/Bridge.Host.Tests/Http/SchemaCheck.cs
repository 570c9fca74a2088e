using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Bridge.Host.Tests.Http;

/// <summary>Holds JSON against as much of JSON Schema as the API's document uses; a property that the schema does not know is wrong too.</summary>
internal static class SchemaCheck
{
    public static void Fits(JsonNode? value, JsonNode schema, JsonNode document, string at)
    {
        if (schema["$ref"]?.GetValue<string>() is { } pointer)
        {
            Fits(value, pointer[2..].Split('/').Aggregate(document, (node, step) => node[step]!), document, at);
            return;
        }

        if (schema is JsonValue)
        {
            return; // true: anything
        }

        var types = schema["type"] switch
        {
            JsonArray several => several.Select(type => type!.GetValue<string>()).ToArray(),
            { } one => [one.GetValue<string>()],
            null => [],
        };
        Assert.True(types.Length == 0 || types.Contains(TypeOf(value)) || (TypeOf(value) == "integer" && types.Contains("number")), $"{at} is {TypeOf(value)}, not {string.Join(" or ", types)}");
        if (value is JsonObject map)
        {
            Map(map, schema, document, at);
        }
        else if (value is JsonArray list && schema["items"] is { } items)
        {
            foreach (var item in list)
            {
                Fits(item, items, document, $"{at}[]");
            }
        }
    }

    private static void Map(JsonObject map, JsonNode schema, JsonNode document, string at)
    {
        foreach (var required in schema["required"]?.AsArray() ?? [])
        {
            Assert.True(map.ContainsKey(required!.GetValue<string>()), $"{at} has no {required}");
        }

        foreach (var (name, inner) in map)
        {
            var known = schema["properties"]?[name] ?? schema["additionalProperties"];
            Assert.True(known is not null, $"{at}.{name} is not in the document");
            Fits(inner, known, document, $"{at}.{name}");
        }
    }

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => value.ToJsonString().Contains('.') ? "number" : "integer",
    };
}
