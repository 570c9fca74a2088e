using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Bridge.Core.Expressions;

/// <summary>
/// Reads strings of foreign JSON. The framework throws on invalid UTF-8 and on lone surrogates (<c>"\ud800"</c>), which a payload may well
/// contain: here they become U+FFFD, or stay escaped.
/// </summary>
internal static class JsonText
{
    public static string Of(JsonElement element)
    {
        try
        {
            return element.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Raw(element)[1..^1];
        }
    }

    /// <summary>As it stands in its document.</summary>
    public static string Raw(JsonElement element) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));

    public static bool Same(JsonElement element, string text)
    {
        try
        {
            return element.ValueEquals(text);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            return Of(element) == text;
        }
    }

    public static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(property));
        }
    }

    public static bool TryMember(JsonElement map, string name, byte[]? utf8Name, out JsonElement member)
    {
        try
        {
            return utf8Name is null ? map.TryGetProperty(name, out member) : map.TryGetProperty(utf8Name, out member);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            return TryMemberSlowly(map, name, out member);
        }
    }

    // Some other member's name cannot be read; it must not hide this one. The last of a name wins, as it does in the framework.
    private static bool TryMemberSlowly(JsonElement map, string name, out JsonElement member)
    {
        member = map.EnumerateObject().LastOrDefault(property => NameOf(property) == name).Value;
        return member.ValueKind != JsonValueKind.Undefined;
    }
}
