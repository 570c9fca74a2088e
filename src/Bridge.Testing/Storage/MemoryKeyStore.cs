using System.Security.Cryptography;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Testing.Storage;

/// <summary>A key database in memory.</summary>
public sealed class MemoryKeyStore : IKeyStore
{
    private readonly List<KeySlot> _slots = [];
    private readonly List<WrappedKey> _keys = [];
    private WrappedRoot? _previous;

    /// <summary>While not null, no key can be added: a full disk.</summary>
    public StoreException? Failure { get; set; }

    /// <summary>A sealer with fresh keys of its own.</summary>
    public static Sealer NewSealer() => new(NewKeyRing());

    /// <summary>Fresh keys.</summary>
    public static KeyRing NewKeyRing(MemoryKeyStore? store = null) =>
        KeyRing.Open(store ?? new MemoryKeyStore(), KeySource.FromKey("config", "the test", RandomNumberGenerator.GetBytes(32)));

    public IReadOnlyList<KeySlot> Slots() => [.. _slots];

    public void AddSlot(KeySlot slot) => _slots.Add(slot);

    public void ReplaceSlots(IReadOnlyList<KeySlot> slots, WrappedRoot? previous)
    {
        foreach (var slot in slots)
        {
            _slots[_slots.FindIndex(old => old.Id == slot.Id)] = slot;
        }

        _previous = previous ?? _previous;
    }

    public void RemoveSlot(int id) => _slots.RemoveAll(slot => slot.Id == id);

    public void SlotUsed(int id, DateTimeOffset at)
    {
        var index = _slots.FindIndex(slot => slot.Id == id);
        _slots[index] = _slots[index] with { UsedAt = at };
    }

    public WrappedRoot? PreviousRoot() => _previous;

    public void ForgetPreviousRoot() => _previous = null;

    public IReadOnlyList<WrappedKey> Keys() => [.. _keys];

    public void AddKey(WrappedKey key)
    {
        if (Failure is { } failure)
        {
            throw failure;
        }

        _keys.Add(key);
    }

    public void Rewrap(IReadOnlyList<WrappedKey> keys)
    {
        foreach (var key in keys)
        {
            _keys[_keys.FindIndex(old => old.Id == key.Id)] = key;
        }
    }

    public void DestroyKeys(IReadOnlyList<Guid> ids) => _keys.RemoveAll(key => ids.Contains(key.Id));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
