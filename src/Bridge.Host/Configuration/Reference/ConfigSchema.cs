using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Abstractions;

namespace Bridge.Host.Configuration.Reference;

/// <summary>
/// The configuration language as JSON Schema, draft-07, for editors. It accepts what the reader accepts in shape; what only the reader can know
/// (expressions, addresses, what belongs together) it leaves alone.
/// </summary>
internal sealed class ConfigSchema
{
    private const string Reference = """{"type": "string", "pattern": "^[$][{](env|file):.+[}]$"}""";
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly SortedDictionary<string, JsonNode?> _definitions = new(StringComparer.Ordinal) { ["reference"] = JsonNode.Parse(Reference) };

    private ConfigSchema()
    {
    }

    public static string Of(ConfigReference reference)
    {
        var schema = new ConfigSchema();
        var endpoint = schema.Endpoint(reference);
        var json = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = "Configuration of Bridge" };
        foreach (var (key, value) in schema.Map(reference.Sections).ToList())
        {
            json[key] = value?.DeepClone();
        }

        json["properties"]!["endpoints"]!["additionalProperties"] = endpoint;
        json["definitions"] = new JsonObject(schema._definitions);
        return json.ToJsonString(s_indented);
    }

    /// <summary>The plugin's name decides about the other keys. One that is not installed here may have any.</summary>
    private JsonObject Endpoint(ConfigReference reference)
    {
        var plugins = new JsonArray([.. reference.Plugins.Select(plugin => (JsonNode)plugin.Description.Name)]);
        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("plugin"),
            ["properties"] = new JsonObject
            {
                ["plugin"] = new JsonObject { ["description"] = ConfigReference.Endpoint[0].Meaning, ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = plugins }, Scalar(Scalars.Name)) },
            },
            ["allOf"] = new JsonArray([.. reference.Plugins.Select(OfPlugin)]),
        };
    }

    private JsonNode OfPlugin(IPlugin plugin) => new JsonObject
    {
        ["if"] = new JsonObject { ["properties"] = new JsonObject { ["plugin"] = new JsonObject { ["const"] = plugin.Description.Name } } },
        ["then"] = Map([.. ConfigReference.Endpoint, .. ConfigReference.OptionsOf(plugin)]),
    };

    private JsonObject Map(IReadOnlyList<ConfigKey> keys)
    {
        var map = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject(keys.Select(key => KeyValuePair.Create(key.Name, (JsonNode?)Property(key)))),
        };
        var required = keys.Where(key => key.IsRequired).Select(key => (JsonNode)key.Name).ToArray();
        if (required.Length > 0)
        {
            map["required"] = new JsonArray(required);
        }

        return map;
    }

    private JsonObject Property(ConfigKey key)
    {
        var type = TypeOf(key.Type);
        if (key.MayBeEmpty)
        {
            type["type"] = new JsonArray(type["type"]!.DeepClone(), "null");
        }

        type["description"] = key.Meaning;
        return type;
    }

    private JsonObject TypeOf(KeyType type) => type switch
    {
        KeyType.Scalar scalar => Scalar(scalar),
        KeyType.Choice choice => AnyOf(new JsonObject { ["enum"] = new JsonArray([.. choice.Values.SelectMany(Spellings)]) }, Ref("reference")),
        KeyType.Map map => Map(map.Keys),
        KeyType.MapOf map => new JsonObject { ["type"] = "object", ["additionalProperties"] = TypeOf(map.Element) },
        KeyType.ListOf list => new JsonObject { ["type"] = "array", ["items"] = TypeOf(list.Element) },
        KeyType.OneOf forms => AnyOf([.. forms.Forms.Select(TypeOf)]),
        _ => [],
    };

    private JsonObject Scalar(KeyType.Scalar scalar)
    {
        _definitions.TryAdd(scalar.Name, AnyOf(JsonNode.Parse(scalar.Schema)!.AsObject(), Ref("reference")));
        return AnyOf(Ref(scalar.Name));
    }

    // Beside "$ref" draft-07 ignores everything else, a description too.
    private static JsonObject AnyOf(params JsonObject[] forms) => new() { [forms.Length == 1 ? "allOf" : "anyOf"] = new JsonArray([.. forms]) };

    private static JsonObject Ref(string name) => new() { ["$ref"] = $"#/definitions/{name}" };

    // Bridge reads texts; to an editor 1 is a number and true a truth value.
    private static IEnumerable<JsonNode?> Spellings(string value) => value switch
    {
        "true" or "false" => [value, value == "true"],
        _ when int.TryParse(value, out var number) => [value, number],
        _ => [value],
    };
}
