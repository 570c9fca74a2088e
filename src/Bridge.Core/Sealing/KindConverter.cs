using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bridge.Core.Sealing;

/// <summary>
/// Writes and reads one closed hierarchy by the kind of each record. The serializer's own way (<see cref="JsonPolymorphicAttribute"/>) prepares every kind as
/// soon as one is met: two thousand methods, compiled anew at every start for records that most processes never see. Here a kind costs when it comes.
/// </summary>
/// <param name="kinds">Every kind, and its stored name.</param>
internal sealed class KindConverter<T>((Type Type, string Name)[] kinds) : JsonConverter<T>
    where T : class
{
    private readonly Dictionary<Type, string> _names = kinds.ToDictionary(kind => kind.Type, kind => kind.Name);

    public string? NameOf(Type type) => _names.GetValueOrDefault(type);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (T?)JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(KindOf(reader))) ?? throw new JsonException();

    /// <summary>The kind is a member of each record's own.</summary>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options.GetTypeInfo(value.GetType()));

    /// <summary>Looks ahead, in a reader of its own.</summary>
    private Type KindOf(Utf8JsonReader ahead)
    {
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            var isKind = ahead.ValueTextEquals(SealedKinds.Member);
            ahead.Read();
            if (isKind && ahead.TokenType == JsonTokenType.String)
            {
                foreach (var (type, name) in kinds)
                {
                    if (ahead.ValueTextEquals(name))
                    {
                        return type;
                    }
                }
            }

            ahead.Skip();
        }

        throw new JsonException();
    }
}
