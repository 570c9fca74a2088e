namespace Bridge.Core.Storage;

/// <summary>
/// The separate key database: slots that wrap the root key, and wrapped keys. Every change is durable when its method returns, so that a key
/// is never used before it can be found again. Callers take turns; failures are <see cref="StoreException"/>.
/// </summary>
public interface IKeyStore : IAsyncDisposable
{
    IReadOnlyList<KeySlot> Slots();

    void AddSlot(KeySlot slot);

    /// <summary>In the order in which they were added.</summary>
    IReadOnlyList<WrappedKey> Keys();

    void AddKey(WrappedKey key);

    /// <summary>Replaces the wrapping of keys that are there, in one transaction: rotation of the key-encryption key.</summary>
    void Rewrap(IReadOnlyList<WrappedKey> keys);

    /// <summary>Removes keys so that no byte of them stays in any file: what they sealed is unreadable from then on.</summary>
    void DestroyKeys(IReadOnlyList<Guid> ids);
}

/// <summary>The root key wrapped under one source.</summary>
/// <param name="Kind">key-file, environment, config, credential, passphrase or recovery.</param>
/// <param name="Parameters">JSON: KDF and its parameters.</param>
/// <param name="Wrapped">The root key under the source's key.</param>
public sealed record KeySlot(int Id, string Kind, string Parameters, byte[] Wrapped);

/// <summary>A key wrapped under the key-encryption key of one generation.</summary>
/// <param name="Id">16 random bytes; stands in every envelope sealed under it.</param>
/// <param name="Generation">Of the key-encryption key.</param>
/// <param name="Epoch">Keyed hash of what it is for (conversation and period), as hexadecimal text; never readable. The blind-index key: <c>index</c>.</param>
/// <param name="Wrapped">The key under the key-encryption key.</param>
public sealed record WrappedKey(Guid Id, int Generation, string Epoch, byte[] Wrapped);
