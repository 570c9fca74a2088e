namespace Bridge.Core.Storage;

/// <summary>The separate key database: slots that wrap the root key, and wrapped epoch keys. Durable before any key in it is used.</summary>
public interface IKeyStore : IAsyncDisposable
{
    IReadOnlyList<KeySlot> Slots();

    void AddSlot(KeySlot slot);

    IReadOnlyList<WrappedKey> Keys();

    /// <summary>Durable when it returns.</summary>
    void AddKey(WrappedKey key);
}

/// <summary>The root key wrapped under one source.</summary>
/// <param name="Kind">key-file, environment, config, credential, passphrase or recovery.</param>
/// <param name="Parameters">JSON: KDF and its parameters.</param>
/// <param name="Wrapped">The root key under the source's key.</param>
public sealed record KeySlot(int Id, string Kind, string Parameters, byte[] Wrapped);

/// <summary>A key wrapped under the key-encryption key of one generation.</summary>
/// <param name="Id">16 random bytes; stands in every envelope sealed under it.</param>
/// <param name="Generation">Of the key-encryption key.</param>
/// <param name="Epoch">Blind index of what it is for (conversation and period), as hexadecimal text; never readable.</param>
/// <param name="Wrapped">The key under the key-encryption key.</param>
public sealed record WrappedKey(Guid Id, int Generation, string Epoch, byte[] Wrapped);
