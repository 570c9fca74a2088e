using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Bridge.Abstractions;

namespace Bridge.Core.Sealing;

/// <summary>A struct of one word, written as that word.</summary>
internal sealed class WordConverter<T>(Func<string, T> read, Func<T, string?> write) : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? default : read(reader.GetString() ?? throw new JsonException());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(write(value));
}

/// <summary>Bytes as base64: a payload need not be text.</summary>
internal sealed class PayloadConverter : JsonConverter<Payload>
{
    public override Payload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetBytesFromBase64());

    public override void Write(Utf8JsonWriter writer, Payload value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.Bytes.Span);
}

/// <summary><see cref="EquatableArray{T}"/> as a JSON array.</summary>
internal sealed class EquatableArrayConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(EquatableArray<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(EquatableArrayConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
}

internal sealed class EquatableArrayConverter<T> : JsonConverter<EquatableArray<T>>
{
    private JsonTypeInfo<T>? _item;

    public override EquatableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var items = JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T[]>)options.GetTypeInfo(typeof(T[]))) ?? throw new JsonException();
        return new EquatableArray<T>(items);
    }

    public override void Write(Utf8JsonWriter writer, EquatableArray<T> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        for (var index = 0; index < value.Count; index++)
        {
            JsonSerializer.Serialize(writer, value[index], _item ??= (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
        }

        writer.WriteEndArray();
    }
}

/// <summary>An event's id as text.</summary>
internal sealed class EventIdConverter : JsonConverter<EventId>
{
    public override EventId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        EventId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, EventId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary>An address as it is written in a configuration.</summary>
internal sealed class AddressConverter : JsonConverter<Address>
{
    private const int MostOnStack = 256;

    public override Address Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void Write(Utf8JsonWriter writer, Address value, JsonSerializerOptions options) => Write(writer, value);

    /// <summary>Split as <see cref="Address"/> does, but whatever was written reads back, a strange address included.</summary>
    public static Address Read(ref Utf8JsonReader reader) =>
        reader.GetString() is { } text && text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon
            ? new Address(new EndpointId(text[..colon]), text[(colon + 1)..])
            : throw new JsonException();

    public static void Write(Utf8JsonWriter writer, Address value)
    {
        var (endpoint, rest) = (value.Endpoint.Value, value.Rest);
        if (endpoint.Length + 1 + rest.Length > MostOnStack)
        {
            writer.WriteStringValue(value.Full);
            return;
        }

        Span<char> text = stackalloc char[MostOnStack];
        endpoint.CopyTo(text);
        text[endpoint.Length] = ':';
        rest.CopyTo(text[(endpoint.Length + 1)..]);
        writer.WriteStringValue(text[..(endpoint.Length + 1 + rest.Length)]);
    }
}
