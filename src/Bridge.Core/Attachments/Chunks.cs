using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Bridge.Core.Attachments;

/// <summary>
/// The form of a sealed file: version (1), then chunks of up to 64 KiB, each AES-256-GCM ciphertext and tag (16). The nonce is seven zero bytes, the number of
/// the chunk (4) and whether it is the last (1), so a chunk in another place, a missing end and a false end do not open. Its key is of this file alone.
/// </summary>
internal sealed class Chunks(byte[] key) : IDisposable
{
    public const byte Version = 1;
    public const int HeaderLength = 1;
    public const int PlainLength = 64 * 1024;
    public const int TagLength = 16;
    public const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int NumberAt = 7;
    private readonly AesGcm _cipher = new(key, TagLength);

    /// <summary>How many chunks so many bytes are: an empty file has one, too.</summary>
    public static uint Count(long size) => checked((uint)Math.Max(1, (size + PlainLength - 1) / PlainLength));

    /// <summary>How long the sealed file of so many bytes is.</summary>
    public static long SealedLength(long size) => HeaderLength + size + ((long)Count(size) * TagLength);

    public void Seal(uint number, bool last, ReadOnlySpan<byte> plain, Span<byte> cipher)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        Fill(nonce, number, last);
        _cipher.Encrypt(nonce, plain, cipher[..plain.Length], cipher.Slice(plain.Length, TagLength), [Version]);
    }

    /// <summary>Throws <see cref="IOException"/> when a bit differs.</summary>
    public void Open(uint number, bool last, ReadOnlySpan<byte> cipher, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        Fill(nonce, number, last);
        try
        {
            _cipher.Decrypt(nonce, cipher[..plain.Length], cipher.Slice(plain.Length, TagLength), plain, [Version]);
        }
        catch (AuthenticationTagMismatchException failure)
        {
            throw new IOException("the attachment is damaged", failure);
        }
    }

    public void Dispose() => _cipher.Dispose();

    private static void Fill(Span<byte> nonce, uint number, bool last)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[NumberAt..], number);
        nonce[^1] = last ? (byte)1 : (byte)0;
    }
}
