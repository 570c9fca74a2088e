using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bridge.Abstractions;

/// <summary>
/// What is kept of a password that others log in with: PBKDF2 with HMAC-SHA256 over a random salt, written as <c>$pbkdf2-sha256$i=600000$salt$hash</c>.
/// It prints and serialises as <c>***</c>: whoever has it can try passwords at leisure.
/// </summary>
[JsonConverter(typeof(PasswordHashJsonConverter))]
public sealed class PasswordHash : IEquatable<PasswordHash>
{
    /// <summary>What a new hash costs, in iterations.</summary>
    public const int DefaultIterations = 600_000;

    /// <summary>The least iterations that count as a hash.</summary>
    public const int FewestIterations = 1_000;

    /// <summary>More would let one login take minutes.</summary>
    public const int MostIterations = 10_000_000;

    private const string Scheme = "pbkdf2-sha256";
    private const int SaltSize = 16;
    private const int HashSize = 32;

    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) => (Iterations, _salt, _hash) = (iterations, salt, hash);

    /// <summary>How slow it is.</summary>
    public int Iterations { get; }

    /// <summary>A new hash of a password, with a salt of its own.</summary>
    public static PasswordHash Of(ReadOnlySpan<byte> password, int iterations = DefaultIterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new PasswordHash(iterations, salt, Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, HashSize));
    }

    /// <summary>Reads what <see cref="Reveal"/> wrote; null when it is none.</summary>
    public static PasswordHash? Parse(string text)
    {
        if (text.Split('$') is not ["", Scheme, ['i', '=', .. var count], var salt, var hash]
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < FewestIterations or > MostIterations)
        {
            return null;
        }

        return Decode(salt) is { Length: >= 8 and <= 64 } saltBytes && Decode(hash) is { Length: HashSize } hashBytes
            ? new PasswordHash(iterations, saltBytes, hashBytes)
            : null;
    }

    /// <summary>Whether it is the hash of this password. As slow as it was made: a second and more on a small machine.</summary>
    public bool Matches(ReadOnlySpan<byte> password)
    {
        Span<byte> given = stackalloc byte[HashSize];
        Rfc2898DeriveBytes.Pbkdf2(password, _salt, given, Iterations, HashAlgorithmName.SHA256);
        return CryptographicOperations.FixedTimeEquals(given, _hash);
    }

    /// <summary>As it is written into a configuration.</summary>
    public string Reveal() => $"${Scheme}$i={Iterations.ToString(CultureInfo.InvariantCulture)}${Encode(_salt)}${Encode(_hash)}";

    /// <inheritdoc/>
    public bool Equals(PasswordHash? other) => other is not null && Reveal() == other.Reveal();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PasswordHash);

    /// <inheritdoc/>
    public override int GetHashCode() => Reveal().GetHashCode(StringComparison.Ordinal);

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";

    /// <summary>By content.</summary>
    public static bool operator ==(PasswordHash? left, PasswordHash? right) => left is null ? right is null : left.Equals(right);

    /// <summary>By content.</summary>
    public static bool operator !=(PasswordHash? left, PasswordHash? right) => !(left == right);

    // Base64 without its padding, as is the custom in such strings.
    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length];
        return !text.Contains('=') && Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length) ? bytes[..length] : null;
    }
}

/// <summary>Reads a <see cref="PasswordHash"/>; writes <c>***</c>.</summary>
public sealed class PasswordHashJsonConverter : JsonConverter<PasswordHash>
{
    /// <inheritdoc/>
    public override PasswordHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PasswordHash.Parse(reader.GetString() ?? "") ?? throw new JsonException("not a password hash");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PasswordHash value, JsonSerializerOptions options) => writer.WriteStringValue("***");
}
