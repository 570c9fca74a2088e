using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Core.Sync;

namespace Bridge.Core.Sealing;

/// <summary>
/// Reads member by member the records of which a start reads all there are: the entries of the rules' memory and of the endpoints' state. A daemon with ten thousand
/// portals reads thirty thousand of them before its first delivery, and the serializer's own walk is compiled at every start and slow until it was compiled twice.
/// </summary>
internal sealed class RecordReader(JsonSerializerOptions options)
{
    public MemoryChange Memory(ReadOnlySpan<byte> utf8)
    {
        var reader = Begin(utf8);
        MemoryKey? key = null;
        Remembered? value = null;
        while (NextMember(ref reader))
        {
            if (Is(ref reader, "key"u8))
            {
                key = Key(ref reader);
            }
            else if (Is(ref reader, "value"u8))
            {
                value = Value(ref reader, key);
            }
            else
            {
                reader.Skip();
            }
        }

        End(ref reader);
        return new MemoryChange(key ?? throw new JsonException(), value);
    }

    public static StateChange State(ReadOnlySpan<byte> utf8)
    {
        var reader = Begin(utf8);
        string? key = null;
        ReadOnlyMemory<byte>? value = null;
        while (NextMember(ref reader))
        {
            if (Is(ref reader, "key"u8))
            {
                key = Text(ref reader);
            }
            else if (Is(ref reader, "value"u8))
            {
                value = reader.TokenType == JsonTokenType.Null ? null : reader.GetBytesFromBase64();
            }
            else
            {
                reader.Skip();
            }
        }

        End(ref reader);
        return new StateChange(key ?? throw new JsonException(), value);
    }

    private static MemoryKey Key(ref Utf8JsonReader reader)
    {
        BeginObject(ref reader);
        string? route = null, kind = null, key = null;
        while (NextMember(ref reader))
        {
            if (Is(ref reader, "route"u8))
            {
                route = Text(ref reader);
            }
            else if (Is(ref reader, "kind"u8))
            {
                kind = Text(ref reader);
            }
            else if (Is(ref reader, "key"u8))
            {
                key = Text(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return route is null || kind is null || key is null ? throw new JsonException() : new MemoryKey(route, kind, key);
    }

    private Remembered? Value(ref Utf8JsonReader reader, MemoryKey? key)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        return key?.Kind == MemoryKinds.Portal ? Portal(ref reader) : SealedKinds.Memories.Read(ref reader, typeof(Remembered), options);
    }

    private Portal Portal(ref Utf8JsonReader reader)
    {
        BeginObject(ref reader);
        var portal = new Portal("", default, Near: null, Wish: null);
        while (NextMember(ref reader))
        {
            if (Is(ref reader, "name"u8))
            {
                portal = portal with { Name = Text(ref reader) };
            }
            else if (Is(ref reader, "far"u8))
            {
                portal = portal with { Far = AddressConverter.Read(ref reader) };
            }
            else if (Is(ref reader, "near"u8))
            {
                portal = portal with { Near = reader.TokenType == JsonTokenType.Null ? null : AddressConverter.Read(ref reader) };
            }
            else if (Is(ref reader, "wish"u8))
            {
                portal = portal with { Wish = JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<PortalWish>)options.GetTypeInfo(typeof(PortalWish))) };
            }
            else if (Is(ref reader, "held"u8))
            {
                portal = portal with { Held = reader.GetInt32() };
            }
            else if (Is(ref reader, "due"u8))
            {
                portal = portal with { Due = reader.TokenType == JsonTokenType.Null ? null : reader.GetDateTimeOffset() };
            }
            else
            {
                reader.Skip();
            }
        }

        return portal;
    }

    private static Utf8JsonReader Begin(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        BeginObject(ref reader);
        return reader;
    }

    private static void BeginObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }
    }

    // A second value behind the record is refused by the reader itself.
    private static void End(ref Utf8JsonReader reader) => reader.Read();

    /// <summary>Goes to the next name; false at the object's end.</summary>
    private static bool NextMember(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Whether a member is the one that is named; then goes to its value.</summary>
    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueTextEquals(name) && reader.Read();

    private static string Text(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException();
}
