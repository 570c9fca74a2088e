using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Bridge.Core.Sealing;

/// <summary>
/// One AES-256-GCM key for many records: HKDF-Expand(epoch key, random salt). Setting up a key costs several times what sealing a message does, so
/// a segment is kept and used again. Its nonces count, so none comes twice under its key. Used by one thread at a time.
/// </summary>
internal sealed class Segment : IDisposable
{
    public const int SaltLength = 16;
    public const int CounterLength = 4;
    public const int TagLength = 16;
    private const int NonceLength = 12;
    private const int CounterAt = NonceLength - CounterLength;

    // Far below what GCM allows under one key, and the counter cannot overflow.
    private const uint MostRecords = 1 << 20;
    private readonly AesGcm _cipher;
    private uint _sealed;

    /// <summary>For sealing: a fresh key.</summary>
    public Segment(EpochKey epoch)
        : this(epoch, RandomNumberGenerator.GetBytes(SaltLength))
    {
    }

    /// <summary>For opening: the key that a salt stands for. Throws <see cref="SealException"/> when the epoch was destroyed.</summary>
    public Segment(EpochKey epoch, ReadOnlySpan<byte> salt)
    {
        (EpochKey, Salt) = (epoch.Id, BinaryPrimitives.ReadUInt128BigEndian(salt));
        Span<byte> epochKey = stackalloc byte[32];
        Span<byte> key = stackalloc byte[32];
        Span<byte> purpose = stackalloc byte[SaltLength + 7];
        "segment"u8.CopyTo(purpose);
        salt.CopyTo(purpose[7..]);
        try
        {
            epoch.CopyTo(epochKey);
            HKDF.Expand(HashAlgorithmName.SHA256, epochKey, key, purpose);
            _cipher = new AesGcm(key, TagLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(epochKey);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Id of the epoch key it comes from.</summary>
    public Guid EpochKey { get; }

    public UInt128 Salt { get; }

    public bool IsUsedUp => _sealed >= MostRecords;

    /// <summary>Seals one record; <paramref name="counter"/> receives what <see cref="Decrypt"/> needs besides the salt.</summary>
    public void Encrypt(Span<byte> counter, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag, ReadOnlySpan<byte> bound)
    {
        BinaryPrimitives.WriteUInt32BigEndian(counter, _sealed++);
        Span<byte> nonce = stackalloc byte[NonceLength];
        counter.CopyTo(nonce[CounterAt..]);
        _cipher.Encrypt(nonce, plain, cipher, tag, bound);
    }

    /// <summary>Throws <see cref="AuthenticationTagMismatchException"/> when a bit differs.</summary>
    public void Decrypt(ReadOnlySpan<byte> counter, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain, ReadOnlySpan<byte> bound)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        counter.CopyTo(nonce[CounterAt..]);
        _cipher.Decrypt(nonce, cipher, tag, plain, bound);
    }

    public void Dispose() => _cipher.Dispose();
}
