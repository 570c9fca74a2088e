using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bridge.Core.Storage;

namespace Bridge.Core.Sealing;

/// <summary>How a slot's wrapping key is derived; stands in the slot.</summary>
internal sealed record SlotParameters(string Kdf, int Iterations, byte[] Salt);

[JsonSerializable(typeof(SlotParameters))]
internal sealed partial class SlotJson : JsonSerializerContext;

/// <summary>Like LUKS: each slot wraps the one root key under one source, so a source can change without touching what is sealed.</summary>
internal static class KeySlots
{
    /// <summary>The root key; a fresh one, with its first slot, when the key database is empty.</summary>
    public static byte[] Unlock(IKeyStore store, KeySource source)
    {
        var slots = store.Slots();
        if (slots.Count == 0)
        {
            if (store.Keys().Count > 0)
            {
                throw new KeyException("the key database has keys but no slot that opens them; restore its backup");
            }

            var root = RandomNumberGenerator.GetBytes(KeyWrap.KeyLength);
            Add(store, source, root);
            return root;
        }

        return slots.Select(slot => TryOpen(slot, source)).FirstOrDefault(root => root is not null)
            ?? throw new KeyException($"{source} does not open this data folder; its slots were made for: {Kinds(slots)}. Give the key it was made with");
    }

    public static string Kinds(IEnumerable<KeySlot> slots) => string.Join(", ", slots.Select(slot => slot.Kind).Distinct());

    public static void Add(IKeyStore store, KeySource source, byte[] root)
    {
        var parameters = source.NewParameters();
        var text = JsonSerializer.Serialize(parameters, SlotJson.Default.SlotParameters);
        var key = source.SlotKey(parameters)!;
        var id = store.Slots().Select(slot => slot.Id).DefaultIfEmpty(0).Max() + 1;
        store.AddSlot(new KeySlot(id, source.Kind, text, KeyWrap.Wrap(key, root, Purpose(source.Kind, text))));
        CryptographicOperations.ZeroMemory(key);
    }

    private static byte[]? TryOpen(KeySlot slot, KeySource source)
    {
        try
        {
            return JsonSerializer.Deserialize(slot.Parameters, SlotJson.Default.SlotParameters) is { Salt: not null } parameters
                && source.SlotKey(parameters) is { } key
                    ? KeyWrap.Unwrap(key, slot.Wrapped, Purpose(slot.Kind, slot.Parameters))
                    : null;
        }
        catch (JsonException)
        {
            return null; // a damaged slot opens for nobody; another one may
        }
    }

    // Bound to the slot: weaker parameters cannot be written into it.
    private static byte[] Purpose(string kind, string parameters) => Encoding.UTF8.GetBytes($"bridge slot {kind} {parameters}");
}
