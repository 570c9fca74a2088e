namespace Bridge.Host.Configuration.Yaml;

/// <summary>The shape of a value in words.</summary>
internal static class Shape
{
    public static string Of(YamlNode node) => node switch
    {
        MappingNode => "a map",
        SequenceNode => "a list",
        ScalarNode { IsNull: true } => "nothing",
        _ => "a single value",
    };
}
