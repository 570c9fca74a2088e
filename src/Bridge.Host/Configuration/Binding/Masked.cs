using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>The configuration as JSON, for showing (references as written, secrets as ***) and for comparing (values as they are).</summary>
internal static class Masked
{
    /// <summary>The options with their defaults; what the file writes as a reference is shown as written.</summary>
    public static JsonObject Options(object options, MappingNode written)
    {
        var json = JsonSerializer.SerializeToNode(options, options.GetType(), OptionsJson.Settings)!.AsObject();
        return (JsonObject)Overlay(json, written)!;
    }

    /// <summary>Puts the references of <paramref name="written"/> where their values stand in <paramref name="json"/>.</summary>
    public static JsonNode? Overlay(JsonNode? json, YamlNode? written)
    {
        switch (json, written)
        {
            case (_, ScalarNode { IsReference: true } reference):
                return reference.Written;
            case (JsonObject map, MappingNode node):
                foreach (var key in map.Select(entry => entry.Key).ToList())
                {
                    Replace(map[key], Overlay(map[key], node.Find(key)), changed => map[key] = changed);
                }

                return map;
            case (JsonArray list, SequenceNode node):
                for (var i = 0; i < Math.Min(list.Count, node.Items.Count); i++)
                {
                    var index = i;
                    Replace(list[i], Overlay(list[i], node.Items[i]), changed => list[index] = changed);
                }

                return list;
            default:
                return json;
        }
    }

    /// <summary>The values themselves, secrets included: for hashing only.</summary>
    public static JsonNode? Plain(YamlNode node) => node switch
    {
        MappingNode map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Name, Plain(entry.Value)))),
        SequenceNode list => new JsonArray([.. list.Items.Select(Plain)]),
        ScalarNode scalar => scalar.Value,
        _ => null,
    };

    // A JsonNode has one parent: only what really changed may be put back.
    private static void Replace(JsonNode? old, JsonNode? changed, Action<JsonNode?> set)
    {
        if (!ReferenceEquals(old, changed))
        {
            set(changed);
        }
    }
}
