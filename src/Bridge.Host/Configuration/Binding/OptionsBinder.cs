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
    private readonly StandIns _standIns = new();
    private readonly List<string> _unread = [];
    private bool _failed;

    /// <summary><paramref name="map"/> may know keys that are no options.</summary>
    public BoundOptions Bind(MapReader map, Type type, IReadOnlyCollection<string> later)
    {
        var json = BindObject(map, OptionsJson.Settings.GetTypeInfo(type), path: "", later);
        if (_failed)
        {
            var without = Read(json, type);
            _standIns.Fill();
            return new BoundOptions(null, without is not null && Read(json, type) is { } with ? [without, with] : [], _unread);
        }

        if (Read(json, type) is { } options)
        {
            return new BoundOptions(options, [options], []);
        }

        // An options record may check itself in its constructor; its message may quote the value, so it is not shown.
        report.Add(DiagnosticKinds.BadOption, map.Map.Position, $"the options of {what} do not fit together");
        return new BoundOptions(null, [], []);
    }

    private static object? Read(JsonObject json, Type type)
    {
        try
        {
            return json.Deserialize(type, OptionsJson.Settings);
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return null;
        }
    }

    private JsonObject BindObject(MapReader map, JsonTypeInfo type, string path, IReadOnlyCollection<string>? later = null)
    {
        var json = new JsonObject();
        var absent = new List<JsonPropertyInfo>();
        foreach (var property in type.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null))
        {
            var isWritten = map.Map.Find(property.Name) is not null;
            var at = path + property.Name;
            if (map.Take(property.Name) is { } node && BindValue(node, property.PropertyType, property.Name, at, UrlExample.Of(property)) is { } value)
            {
                json[property.Name] = value;
            }
            else if (isWritten || property.IsRequired)
            {
                if (!isWritten)
                {
                    map.Missing(property.Name);
                }

                Unread(at);
                _standIns.Add(json, property);
            }
            else
            {
                absent.Add(property);
            }
        }

        if (!map.Finish(later))
        {
            // A misspelt key may be meant to be any of those that are not there.
            _failed = true;
            absent.ForEach(property => _standIns.Add(json, property));
        }

        return json;
    }

    private void Unread(string path)
    {
        _failed = true;
        _unread.Add(path);
    }

    /// <summary>Null when it cannot be read, which is reported.</summary>
    private JsonNode? BindValue(YamlNode node, Type declared, string key, string path, string? example = null)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type == typeof(JsonNode))
        {
            return FreeValue.Of(node, text => text.Value);
        }

        var (kind, element) = ShapeOf(type);
        switch (kind, node)
        {
            case (JsonTypeInfoKind.Object, MappingNode map):
                return BindObject(new MapReader(map, Report.Quote(key), report), OptionsJson.Settings.GetTypeInfo(type), path + ".");
            case (JsonTypeInfoKind.Enumerable, SequenceNode list):
                return new JsonArray([.. list.Items.Select((item, index) => BindItem(item, element!, key, path, $"[{index}]")).OfType<JsonNode>()]);
            case (JsonTypeInfoKind.Enumerable, ScalarNode { IsNull: false } one) when ShapeOf(element!).Kind == JsonTypeInfoKind.None:
                return BindScalar(one, element!, key, example) is { } single ? new JsonArray(single) : null;
            case (JsonTypeInfoKind.Dictionary, MappingNode map):
                return new JsonObject(map.Entries
                    .Select(entry => KeyValuePair.Create(entry.Name, BindItem(entry.Value, element!, entry.Name, path, "." + entry.Name)))
                    .Where(entry => entry.Value is not null));
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

    /// <summary>Without one of its items nothing can be said of the whole.</summary>
    private JsonNode? BindItem(YamlNode node, Type type, string key, string path, string step)
    {
        var value = BindValue(node, type, key, path + step);
        if (value is null)
        {
            Unread(path);
        }

        return value;
    }

    /// <summary>What JSON makes of the type, and of what it is a list or map.</summary>
    public static (JsonTypeInfoKind Kind, Type? Element) ShapeOf(Type type)
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

        if (type == typeof(Secret) && !new SecretCheck(report).Passes(scalar, key))
        {
            return null;
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
        report.Add(kind, node.Position, message, cure);
        return null;
    }
}
