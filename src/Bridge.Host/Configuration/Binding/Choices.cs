using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bridge.Host.Configuration.Binding;

/// <summary>What may be written for an enumeration: its names in snake case, but where the language writes one otherwise.</summary>
internal static class Choices
{
    public static IReadOnlyList<string> Of(Type type) => [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(NameOf)];

    private static string NameOf(FieldInfo value) =>
        value.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(value.Name);
}
