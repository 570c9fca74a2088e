using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bridge.Core.Storage;

namespace Bridge.Core.Sealing;

/// <summary>How a slot's key is derived from what the operator has, and the pair of keys it opens; stands in the slot.</summary>
/// <param name="Public">What the root key is encrypted to; null in slots of the first version, which wrap the root key directly.</param>
/// <param name="Private">Wrapped under the slot's key.</param>
internal sealed record SlotParameters(string Kdf, int Iterations, byte[] Salt, byte[]? Public = null, byte[]? Private = null);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SlotParameters))]
internal sealed partial class SlotJson : JsonSerializerContext;

/// <summary>The root key, and the slot that gave it.</summary>
internal readonly record struct Unlocked(byte[] Root, KeySlot Slot);

/// <summary>Like LUKS: each slot wraps the one root key under one source, so a source can change without touching what is sealed.</summary>
internal static class KeySlots
{
    private static readonly byte[] s_privatePurpose = "bridge slot private key"u8.ToArray();

    /// <summary>The root key; a fresh one, with its first slot, when the key database is empty.</summary>
    public static Unlocked Unlock(IKeyStore store, KeySource source, DateTimeOffset now)
    {
        var slots = store.Slots();
        if (slots.Count > 0)
        {
            return Find(slots, source) ?? throw new KeyException(
                $"{source} does not open this data folder; its slots were made for: {Kinds(slots)}. Give the key it was made with"
                + (source.IsTyped ? "" : ", or unlock with a passphrase or recovery code: bridge run --unlock"));
        }

        if (store.Keys().Count > 0)
        {
            throw new KeyException("the key database has keys but no slot that opens them; restore its backup");
        }

        var root = RandomNumberGenerator.GetBytes(KeyWrap.KeyLength);
        var first = Make(1, source, root, now);
        store.AddSlot(first);
        return new Unlocked(root, first);
    }

    /// <summary>The first slot that a source opens; null when it opens none.</summary>
    public static Unlocked? Find(IEnumerable<KeySlot> slots, KeySource source) =>
        slots.Select(slot => TryOpen(slot, source) is { } root ? new Unlocked(root, slot) : (Unlocked?)null).FirstOrDefault(found => found is not null);

    public static string Kinds(IEnumerable<KeySlot> slots) => string.Join(", ", slots.Select(slot => slot.Kind).Distinct());

    /// <summary>A new slot. Throws <see cref="KeyException"/> for a source that is too weak for one.</summary>
    public static KeySlot Make(int id, KeySource source, byte[] root, DateTimeOffset now)
    {
        source.ThrowIfWeak();
        return Write(id, source, root, now);
    }

    /// <summary>A slot of the first version in the form of today, for the source that opened it, however weak that is.</summary>
    public static KeySlot Renew(KeySlot slot, KeySource source, byte[] root, DateTimeOffset now) => Write(slot.Id, source, root, slot.MadeAt ?? now);

    private static KeySlot Write(int id, KeySource source, byte[] root, DateTimeOffset now)
    {
        var bare = source.NewParameters();
        var key = source.SlotKey(bare)!;
        var (open, secret) = RootWrap.NewPair();
        var parameters = JsonSerializer.Serialize(bare with { Public = open, Private = KeyWrap.Wrap(key, secret, s_privatePurpose) }, SlotJson.Default.SlotParameters);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(secret);
        return For(new KeySlot(id, source.Kind, parameters, []) { Name = source.Place, MadeAt = now }, open, root);
    }

    public static bool IsOfFirstVersion(KeySlot slot) => slot.Tag.Length == 0;

    /// <summary>
    /// The slot with another root key in it; null when it is of the first version, or somebody else put it there: a root key is given to no key
    /// that was not made by whoever had the root key before.
    /// </summary>
    public static KeySlot? Follow(KeySlot slot, byte[] root, byte[] next) =>
        IsGenuine(slot, root) && Read(slot) is { Public: { } open } ? For(slot, open, next) : null;

    /// <summary>True when whoever made the slot had the root key, and nothing of what it is for was changed since.</summary>
    public static bool IsGenuine(KeySlot slot, byte[] root) => CryptographicOperations.FixedTimeEquals(slot.Tag, Tag(slot, root));

    private static KeySlot For(KeySlot slot, byte[] open, byte[] root) =>
        slot with { Wrapped = RootWrap.Wrap(open, root, Purpose(slot)), Tag = Tag(slot, root) };

    private static byte[]? TryOpen(KeySlot slot, KeySource source)
    {
        if (Read(slot) is not { Salt: not null } parameters || source.SlotKey(parameters) is not { } key)
        {
            return null; // of the other kind, or damaged: then it opens for nobody, and another one may
        }

        return parameters is not { Public: { } open, Private: { } wrapped } ? KeyWrap.Unwrap(key, slot.Wrapped, Purpose(slot))
            : KeyWrap.Unwrap(key, wrapped, s_privatePurpose) is { } secret ? RootWrap.Unwrap(open, secret, slot.Wrapped, Purpose(slot))
            : null;
    }

    private static SlotParameters? Read(KeySlot slot)
    {
        try
        {
            return JsonSerializer.Deserialize(slot.Parameters, SlotJson.Default.SlotParameters);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Tag(KeySlot slot, byte[] root) =>
        HMACSHA256.HashData(HKDF.Expand(HashAlgorithmName.SHA256, root, KeyWrap.KeyLength, "bridge 1 slot tag"u8.ToArray()), Purpose(slot));

    // Bound to the slot: weaker parameters cannot be written into it.
    private static byte[] Purpose(KeySlot slot) => Encoding.UTF8.GetBytes($"bridge slot {slot.Kind} {slot.Parameters}");
}
