using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bridge.Abstractions;

/// <summary>A number of bytes in an options record. The configuration spells it <c>512B</c>, <c>64kB</c>, <c>2MB</c> (decimal).</summary>
/// <param name="Bytes">The number of bytes.</param>
[JsonConverter(typeof(ByteSizeJsonConverter))]
public readonly record struct ByteSize(long Bytes)
{
    /// <summary>In the largest unit that divides it.</summary>
    public override string ToString() => Bytes switch
    {
        > 0 when Bytes % 1_000_000_000 == 0 => $"{Bytes / 1_000_000_000}GB",
        > 0 when Bytes % 1_000_000 == 0 => $"{Bytes / 1_000_000}MB",
        > 0 when Bytes % 1000 == 0 => $"{Bytes / 1000}kB",
        _ => $"{Bytes}B",
    };
}

/// <summary>Reads a <see cref="ByteSize"/> from a number of bytes; writes it with its unit.</summary>
public sealed class ByteSizeJsonConverter : JsonConverter<ByteSize>
{
    /// <inheritdoc/>
    public override ByteSize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ByteSize value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
