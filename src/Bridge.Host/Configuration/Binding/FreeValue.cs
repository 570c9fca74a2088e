using System.Text.Json.Nodes;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>A YAML value of any shape as JSON: unquoted true, false, null and JSON numbers are what JSON says; everything else is a text.</summary>
internal static class FreeValue
{
    /// <param name="node">The value.</param>
    /// <param name="text">What stands for a text.</param>
    public static JsonNode? Of(YamlNode node, Func<ScalarNode, string> text) => node switch
    {
        MappingNode map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Name, Of(entry.Value, text)))),
        SequenceNode list => new JsonArray([.. list.Items.Select(item => Of(item, text))]),
        ScalarNode { IsJsonLiteral: true } literal => literal.IsNull ? null : JsonNode.Parse(literal.Written),
        ScalarNode scalar => text(scalar),
        _ => null,
    };
}
