using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Bridge.Abstractions;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>
/// Binds an endpoint's YAML to its plugin's options record. The record's JSON contract drives the walk, so each wrong key and value is reported
/// where it stands, and all of them at once; only what passed is deserialised. Values are never quoted in messages: any option may be a secret.
/// </summary>
internal sealed class OptionsBinder(string what, Report report)
{
    private bool _failed;

    /// <summary>The options record; null when something was reported. <paramref name="map"/> may know keys that are no options.</summary>
    public object? Bind(MapReader map, Type type, IReadOnlyCollection<string> later)
    {
        var json = BindObject(map, OptionsJson.Settings.GetTypeInfo(type), later);
        if (_failed)
        {
            return null;
        }

        try
        {
            return json.Deserialize(type, OptionsJson.Settings);
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // An options record may check itself in its constructor; its message may quote the value, so it is not shown.
            report.Add(DiagnosticKinds.BadOption, map.Map.Position, $"the options of {what} do not fit together");
            return null;
        }
    }

    private JsonObject BindObject(MapReader map, JsonTypeInfo type, IReadOnlyCollection<string>? later = null)
    {
        var json = new JsonObject();
        foreach (var property in type.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null))
        {
            var known = map.Map.Find(property.Name) is not null;
            var node = map.Take(property.Name);
            if (node is not null)
            {
                json[property.Name] = BindValue(node, property.PropertyType, property.Name, UrlExample.Of(property));
            }
            else if (known)
            {
                _failed = true;
            }
            else if (property.IsRequired)
            {
                map.Missing(property.Name);
                _failed = true;
            }
        }

        _failed |= !map.Finish(later);
        return json;
    }

    private JsonNode? BindValue(YamlNode node, Type declared, string key, string? example = null)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var (kind, element) = ShapeOf(type);
        switch (kind, node)
        {
            case (JsonTypeInfoKind.Object, MappingNode map):
                return BindObject(new MapReader(map, Report.Quote(key), report), OptionsJson.Settings.GetTypeInfo(type));
            case (JsonTypeInfoKind.Enumerable, SequenceNode list):
                return new JsonArray([.. list.Items.Select(item => BindValue(item, element!, key))]);
            case (JsonTypeInfoKind.Enumerable, ScalarNode { IsNull: false } one) when ShapeOf(element!).Kind == JsonTypeInfoKind.None:
                return new JsonArray(BindScalar(one, element!, key, example));
            case (JsonTypeInfoKind.Dictionary, MappingNode map):
                return new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Name, BindValue(entry.Value, element!, entry.Name))));
            case (JsonTypeInfoKind.None, ScalarNode { IsNull: false } scalar):
                return BindScalar(scalar, type, key, example);
        }

        var expected = kind switch
        {
            JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "a map",
            JsonTypeInfoKind.Enumerable => "a list",
            _ => "a single value",
        };
        return Fail(DiagnosticKinds.WrongShape, node, $"{Report.Quote(key)} must be {expected}, not {Yaml.Shape.Of(node)}");
    }

    private static (JsonTypeInfoKind Kind, Type? Element) ShapeOf(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(EquatableArray<>))
        {
            return (JsonTypeInfoKind.Enumerable, type.GetGenericArguments()[0]);
        }

        var info = OptionsJson.Settings.GetTypeInfo(type);
        return (info.Kind, info.ElementType);
    }

    private JsonNode? BindScalar(ScalarNode scalar, Type type, string key, string? example)
    {
        if (scalar.IsUnresolved)
        {
            return OptionScalar.Placeholder(type);
        }

        if (type == typeof(Secret) && !scalar.IsReference)
        {
            report.Add(DiagnosticKinds.LiteralSecret, scalar.Position, $"{Report.Quote(key)} is a secret and stands here readable");
        }

        try
        {
            var json = OptionScalar.Read(scalar, type);
            if (json is not null && json.Deserialize(type, OptionsJson.Settings) is not null)
            {
                return json;
            }
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // Any converter may refuse in its own way; what matters is where and what was expected.
        }

        return Fail(OptionScalar.Kind(type), scalar, $"{Report.Quote(key)} must be {OptionScalar.Expected(type)}", OptionScalar.Cure(scalar, type, example));
    }

    private JsonNode? Fail(DiagnosticKind kind, YamlNode node, string message, string? cure = null)
    {
        _failed = true;
        report.Add(kind, node.Position, message, cure);
        return null;
    }
}
