using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>One property: which of the three values counts is settled by <see cref="PropertyRule.Kind"/>.</summary>
internal readonly record struct MqttProperty
{
    public PropertyId Id { get; private init; }

    public uint Number { get; private init; }

    /// <summary>The text, or a user property's value.</summary>
    public string Text { get; private init; }

    /// <summary>A user property's name.</summary>
    public string Name { get; private init; }

    public Payload Data { get; private init; }

    public static MqttProperty Of(PropertyId id, uint number) => new() { Id = id, Number = number, Text = "", Name = "" };

    public static MqttProperty Of(PropertyId id, string text) => new() { Id = id, Text = text, Name = "" };

    public static MqttProperty Of(PropertyId id, Payload data) => new() { Id = id, Data = data, Text = "", Name = "" };

    public static MqttProperty User(string name, string value) => new() { Id = PropertyId.UserProperty, Name = name, Text = value };

    public override string ToString() => Id.ToString();
}

/// <summary>The properties of one packet, in order. The default value is none.</summary>
internal readonly record struct MqttProperties(EquatableArray<MqttProperty> Items)
{
    /// <summary>What one costs beside its text and data.</summary>
    private const int SizeOfOne = 64;

    public bool IsEmpty => Items.Count == 0;

    /// <summary>Bytes of memory, nearly.</summary>
    public int Size
    {
        get
        {
            var size = Items.Count * SizeOfOne;
            for (var i = 0; i < Items.Count; i++)
            {
                size += (sizeof(char) * (Items[i].Name.Length + Items[i].Text.Length)) + Items[i].Data.Bytes.Length;
            }

            return size;
        }
    }

    /// <summary>The user properties: in order, names may repeat.</summary>
    public IEnumerable<Property> User => Items.Where(item => item.Id == PropertyId.UserProperty).Select(item => new Property(item.Name, item.Text));

    public uint? Number(PropertyId id) => Find(id)?.Number;

    public string? Text(PropertyId id) => Find(id)?.Text;

    public Payload? Data(PropertyId id) => Find(id)?.Data;

    public MqttProperties With(MqttProperty property)
    {
        var items = new MqttProperty[Items.Count + 1];
        for (var i = 0; i < Items.Count; i++)
        {
            items[i] = Items[i];
        }

        items[^1] = property;
        return new(new EquatableArray<MqttProperty>(items));
    }

    public MqttProperties Without(PropertyId id) =>
        Items.Count == 1 && Items[0].Id == id ? default : new(EquatableArray.From(Items.Where(item => item.Id != id)));

    public override string ToString() => $"({Items.Count} properties)";

    private MqttProperty? Find(PropertyId id)
    {
        for (var i = 0; i < Items.Count; i++)
        {
            if (Items[i].Id == id)
            {
                return Items[i];
            }
        }

        return null;
    }
}
