using System.Security.Cryptography;
using Bridge.Core.Storage;

namespace Bridge.Core.Sealing;

/// <summary>One epoch's key in the clear.</summary>
internal sealed class EpochKey(Guid id, BlindIndex epoch, bool lasts, byte[] key)
{
    private readonly Lock _lock = new();
    private byte[]? _key = key;

    public Guid Id { get; } = id;

    public BlindIndex Epoch { get; } = epoch;

    /// <summary>Its epoch has no end.</summary>
    public bool Lasts { get; } = lasts;

    public bool IsDestroyed => Volatile.Read(ref _key) is null;

    /// <summary>Copies under a lock: a key that is being destroyed must never be read half zeroed, or something would be sealed under zeros.</summary>
    public void CopyTo(Span<byte> destination)
    {
        lock (_lock)
        {
            (_key ?? throw new SealException("the key was destroyed") { KeyMissing = true }).CopyTo(destination);
        }
    }

    public void Destroy()
    {
        lock (_lock)
        {
            CryptographicOperations.ZeroMemory(_key);
            _key = null;
        }
    }
}
