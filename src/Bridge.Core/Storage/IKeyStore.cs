namespace Bridge.Core.Storage;

/// <summary>
/// The separate key database: slots that wrap the root key, and wrapped keys. Every change is durable when its method returns, so that a key
/// is never used before it can be found again. Callers take turns; failures are <see cref="StoreException"/>,
/// <see cref="StoreException.Committed"/> when the change is made and only the removal of old bytes failed.
/// </summary>
public interface IKeyStore : IAsyncDisposable
{
    IReadOnlyList<KeySlot> Slots();

    void AddSlot(KeySlot slot);

    /// <summary>
    /// Writes slots over those of the same ids, and keeps the root key they wrapped before for as long as keys are wrapped under it; one transaction.
    /// No byte of the old slots stays in any file.
    /// </summary>
    void ReplaceSlots(IReadOnlyList<KeySlot> slots, WrappedRoot? previous);

    /// <summary>So that no byte of it stays in any file.</summary>
    void RemoveSlot(int id);

    /// <summary>The slot opened the data folder.</summary>
    void SlotUsed(int id, DateTimeOffset at);

    /// <summary>The root key of the generation before, while a rotation is under way; otherwise null.</summary>
    WrappedRoot? PreviousRoot();

    /// <summary>The rotation is through. No byte of it stays in any file.</summary>
    void ForgetPreviousRoot();

    /// <summary>In the order in which they were added.</summary>
    IReadOnlyList<WrappedKey> Keys();

    void AddKey(WrappedKey key);

    /// <summary>Replaces the wrapping of keys that are there, in one transaction: rotation of the key-encryption key.</summary>
    void Rewrap(IReadOnlyList<WrappedKey> keys);

    /// <summary>Removes keys so that no byte of them stays in any file: what they sealed is unreadable from then on.</summary>
    void DestroyKeys(IReadOnlyList<Guid> ids);
}

/// <summary>The root key wrapped under one source.</summary>
/// <param name="Kind">key-file, environment, config, credential, passphrase or recovery-code.</param>
/// <param name="Parameters">JSON: KDF and its parameters, and the slot's own pair of keys.</param>
/// <param name="Wrapped">The root key.</param>
public sealed record KeySlot(int Id, string Kind, string Parameters, byte[] Wrapped)
{
    /// <summary>Where the key was, for people.</summary>
    public string Name { get; init; } = "";

    /// <summary>Proves to whoever has the root key that the slot is of Bridge's own making; empty in slots of the first version.</summary>
    public byte[] Tag { get; init; } = [];

    /// <summary>Null: before this was noted.</summary>
    public DateTimeOffset? MadeAt { get; init; }

    /// <summary>When it last opened the data folder; null: never.</summary>
    public DateTimeOffset? UsedAt { get; init; }
}

/// <summary>A root key that is being replaced, wrapped under the one that replaces it.</summary>
public sealed record WrappedRoot(int Generation, byte[] Wrapped);

/// <summary>A key wrapped under the key-encryption key of one generation.</summary>
/// <param name="Id">16 random bytes; stands in every envelope sealed under it.</param>
/// <param name="Generation">Of the key-encryption key.</param>
/// <param name="Epoch">Keyed hash of what it is for (conversation and period), as hexadecimal text; never readable. The blind-index key: <c>index</c>.</param>
/// <param name="Wrapped">The key under the key-encryption key.</param>
public sealed record WrappedKey(Guid Id, int Generation, string Epoch, byte[] Wrapped)
{
    /// <summary>The generation it was made in: nothing more is sealed under the keys of earlier ones.</summary>
    public int Made { get; init; } = Generation;

    /// <summary>When the period of its epoch is over; null: never.</summary>
    public DateTimeOffset? Ends { get; init; }
}
