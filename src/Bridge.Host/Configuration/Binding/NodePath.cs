using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Finds the node that a dotted path such as <c>embedded.users.hall.password</c> names.</summary>
internal static class NodePath
{
    /// <summary>The node, or the nearest one above it that is there.</summary>
    public static YamlNode Find(MappingNode map, string path)
    {
        YamlNode at = map;
        foreach (var step in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            var next = at switch
            {
                MappingNode here => here.Find(step),
                SequenceNode here when int.TryParse(step, out var index) && index >= 0 && index < here.Items.Count => here.Items[index],
                _ => null,
            };
            if (next is null)
            {
                break;
            }

            at = next;
        }

        return at;
    }
}
