using System.ComponentModel;
using System.Text.Json.Serialization.Metadata;

namespace Bridge.Host.Configuration.Binding;

/// <summary>The URL that an option's own description shows: what to write in its place is the plugin's to say.</summary>
internal static class UrlExample
{
    public static string? Of(JsonPropertyInfo property) =>
        property.PropertyType == typeof(Uri)
            && property.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: true) is [DescriptionAttribute { Description: var text }, ..]
            ? text.Split(' ').FirstOrDefault(word => word.Contains("://", StringComparison.Ordinal))?.TrimEnd('.', ',', ';', ':', ')')
            : null;
}
