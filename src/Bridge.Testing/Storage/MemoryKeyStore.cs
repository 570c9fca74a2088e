using System.Security.Cryptography;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Testing.Storage;

/// <summary>A key database in memory.</summary>
public sealed class MemoryKeyStore : IKeyStore
{
    private readonly List<KeySlot> _slots = [];
    private readonly List<WrappedKey> _keys = [];

    /// <summary>A sealer with fresh keys of its own.</summary>
    public static Sealer NewSealer() => new(NewKeyRing());

    /// <summary>Fresh keys.</summary>
    public static KeyRing NewKeyRing() =>
        KeyRing.Open(new MemoryKeyStore(), KeySource.FromKey("config", "the test", RandomNumberGenerator.GetBytes(32)));

    public IReadOnlyList<KeySlot> Slots() => [.. _slots];

    public void AddSlot(KeySlot slot) => _slots.Add(slot);

    public IReadOnlyList<WrappedKey> Keys() => [.. _keys];

    public void AddKey(WrappedKey key) => _keys.Add(key);

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
