using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bridge.Abstractions;

/// <summary>Text of a message. It prints as its length; <see cref="Value"/> is for the wire.</summary>
public readonly record struct MessageText(string Value)
{
    /// <summary>The length only.</summary>
    public override string ToString() => $"({Value?.Length ?? 0} characters)";
}

/// <summary>A machine's payload: bytes that no log may show. Compares by content.</summary>
public readonly struct Payload(ReadOnlyMemory<byte> bytes) : IEquatable<Payload>
{
    /// <summary>The bytes as they came from the wire, or go to it.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>The payload of a UTF-8 text.</summary>
    public static Payload FromText(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public bool Equals(Payload other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Payload other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The length only.</summary>
    public override string ToString() => $"({Bytes.Length} bytes)";

    /// <summary>By content.</summary>
    public static bool operator ==(Payload left, Payload right) => left.Equals(right);

    /// <summary>By content.</summary>
    public static bool operator !=(Payload left, Payload right) => !left.Equals(right);
}

/// <summary>A password, token or key from the configuration. It prints as <c>***</c>, serialises as <c>***</c>, and is read with <see cref="Reveal"/>.</summary>
[JsonConverter(typeof(SecretJsonConverter))]
public sealed class Secret(string value)
{
    private readonly string _value = value;

    /// <summary>The secret itself, for the one place that hands it to the network.</summary>
    public string Reveal() => _value;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";
}

/// <summary>Reads a <see cref="Secret"/> from a string; writes <c>***</c>, so that a dumped configuration shows none.</summary>
public sealed class SecretJsonConverter : JsonConverter<Secret>
{
    /// <inheritdoc/>
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("a secret must be a string"));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue("***");
}
