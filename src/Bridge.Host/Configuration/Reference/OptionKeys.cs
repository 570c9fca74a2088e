using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Bridge.Abstractions;
using Bridge.Host.Configuration.Binding;

namespace Bridge.Host.Configuration.Reference;

/// <summary>The keys of a plugin's options record: the same JSON contract that binds it describes it.</summary>
internal static class OptionKeys
{
    private const string None = "none";

    public static IReadOnlyList<ConfigKey> Of(Type options)
    {
        var type = OptionsJson.Settings.GetTypeInfo(options);
        var defaults = type.CreateObject?.Invoke();
        return [.. type.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null).Select(property => KeyOf(property, defaults))];
    }

    private static ConfigKey KeyOf(JsonPropertyInfo property, object? defaults)
    {
        var type = TypeOf(property.PropertyType);
        var value = property.IsRequired || type is KeyType.Map ? null : Shown(DefaultOf(property, defaults), type);
        return new ConfigKey(property.Name, type, Attribute<DescriptionAttribute>(property)?.Description ?? "")
        {
            IsRequired = property.IsRequired,
            Default = value,
            Example = Attribute<ExampleAttribute>(property)?.Value ?? UrlExample.Of(property) ?? (Spells(type) && value != None ? value : null),
        };
    }

    // The default shows how a value is spelt; of a few words another one says more.
    private static bool Spells(KeyType type) => type is KeyType.Scalar or KeyType.ListOf or KeyType.OneOf && type != Scalars.Flag;

    private static object? DefaultOf(JsonPropertyInfo property, object? defaults) =>
        defaults is not null ? property.Get?.Invoke(defaults) : property.AssociatedParameter is { HasDefaultValue: true } parameter ? parameter.DefaultValue : null;

    private static T? Attribute<T>(JsonPropertyInfo property)
        where T : Attribute => (T?)(property.AttributeProvider?.GetCustomAttributes(typeof(T), inherit: true) ?? []).FirstOrDefault()
            ?? (property.AssociatedParameter?.AttributeProvider as ParameterInfo)?.GetCustomAttribute<T>();

    private static string? Shown(object? value, KeyType type) => JsonSerializer.SerializeToNode(value, OptionsJson.Settings) switch
    {
        null => null,
        JsonValue text when text.TryGetValue<string>(out var written) => written,
        JsonArray { Count: 0 } or JsonObject { Count: 0 } => None,
        _ when type is KeyType.MapOf => null,
        JsonArray list => $"[{string.Join(", ", list.Select(item => item is JsonValue one && one.TryGetValue<string>(out var word) ? $"\"{word}\"" : item?.ToJsonString()))}]",
        var other => other.ToJsonString(),
    };

    private static KeyType TypeOf(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (ScalarOf(type) is { } scalar)
        {
            return scalar;
        }

        if (type == typeof(JsonNode))
        {
            return new KeyType.Anything();
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(EquatableArray<>))
        {
            return ListOf(TypeOf(type.GetGenericArguments()[0]));
        }

        var info = OptionsJson.Settings.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => new KeyType.Map(Of(type)),
            JsonTypeInfoKind.Dictionary => new KeyType.MapOf("name", TypeOf(info.ElementType!)),
            JsonTypeInfoKind.Enumerable => ListOf(TypeOf(info.ElementType!)),
            _ => Scalars.Text,
        };
    }

    /// <summary>A list of one single value may be written as that value.</summary>
    private static KeyType ListOf(KeyType element) =>
        element is KeyType.Scalar or KeyType.Choice ? new KeyType.OneOf([element, new KeyType.ListOf(element)]) : new KeyType.ListOf(element);

    private static KeyType? ScalarOf(Type type) => type switch
    {
        _ when type == typeof(bool) => Scalars.Flag,
        _ when type == typeof(TimeSpan) => Scalars.Duration,
        _ when type == typeof(ByteSize) => Scalars.Size,
        _ when type == typeof(Rate) => Scalars.Rate,
        _ when type == typeof(Uri) => Scalars.Url,
        _ when type == typeof(FileInfo) => Scalars.FilePath,
        _ when type == typeof(Secret) => Scalars.SecretText,
        _ when type == typeof(string) => Scalars.Text,
        _ when type.IsEnum => new KeyType.Choice([.. Choices.Of(type)]),
        _ when OptionScalar.IsFraction(type) => Scalars.Number,
        _ when OptionScalar.IsNumber(type) => Scalars.WholeNumber,
        _ => null,
    };
}
