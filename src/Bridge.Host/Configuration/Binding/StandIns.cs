using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Bridge.Host.Configuration.Binding;

/// <summary>
/// Values in the place of options that are not known: those that could not be read, and those that a misspelt key may have meant. Required ones are
/// filled in at once, since there is no record without them; the others when <see cref="Fill"/> says so. A required choice is another one then: what is wrong
/// only with the first does not follow from what was written.
/// </summary>
internal sealed class StandIns
{
    private readonly List<(JsonObject In, JsonPropertyInfo Property)> _open = [];
    private readonly List<(JsonObject In, JsonPropertyInfo Property)> _chosen = [];

    public void Add(JsonObject json, JsonPropertyInfo property)
    {
        if (property.IsRequired)
        {
            Set(json, property);
            if (property.PropertyType.IsEnum)
            {
                _chosen.Add((json, property));
            }
        }
        else
        {
            _open.Add((json, property));
        }
    }

    public void Fill()
    {
        _open.ForEach(gap => Set(gap.In, gap.Property));
        _chosen.ForEach(choice => choice.In[choice.Property.Name] = Choices.Of(choice.Property.PropertyType)[^1]);
    }

    private static void Set(JsonObject json, JsonPropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (Of(type) is { } value && IsGood(value, type))
        {
            json[property.Name] = value;
        }
    }

    private static JsonNode? Of(Type type)
    {
        var info = OptionsJson.Settings.GetTypeInfo(type);
        switch (OptionsBinder.ShapeOf(type))
        {
            case (JsonTypeInfoKind.Enumerable, { } element):
                return OptionsBinder.ShapeOf(element).Kind == JsonTypeInfoKind.None && Of(element) is { } one && IsGood(one, element) ? new JsonArray(one) : new JsonArray();
            case (JsonTypeInfoKind.Dictionary, _):
                return new JsonObject();
            case (JsonTypeInfoKind.Object, _):
                var json = new JsonObject();
                foreach (var required in info.Properties.Where(property => property.IsRequired))
                {
                    Set(json, required);
                }

                return json;
            default:
                return OptionScalar.Placeholder(type);
        }
    }

    private static bool IsGood(JsonNode value, Type type)
    {
        try
        {
            return value.Deserialize(type, OptionsJson.Settings) is not null;
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // No text that we know is one of this type: it stays away.
            return false;
        }
    }
}
