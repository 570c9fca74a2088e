using System.Security.Cryptography;

namespace Bridge.Core.Sealing;

/// <summary>A 32-byte key under another one: nonce (12), ciphertext (32), tag (16); AES-256-GCM. What the key is for is bound to it.</summary>
internal static class KeyWrap
{
    public const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Length = NonceLength + KeyLength + TagLength;

    public static byte[] Wrap(ReadOnlySpan<byte> wrappingKey, ReadOnlySpan<byte> key, ReadOnlySpan<byte> purpose)
    {
        var wrapped = new byte[Length];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceLength));
        using var aes = new AesGcm(wrappingKey, TagLength);
        aes.Encrypt(wrapped.AsSpan(0, NonceLength), key, wrapped.AsSpan(NonceLength, KeyLength), wrapped.AsSpan(^TagLength..), purpose);
        return wrapped;
    }

    /// <summary>Null when it was wrapped under another key or for another purpose.</summary>
    public static byte[]? Unwrap(ReadOnlySpan<byte> wrappingKey, ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> purpose)
    {
        if (wrapped.Length != Length)
        {
            return null;
        }

        var key = new byte[KeyLength];
        using var aes = new AesGcm(wrappingKey, TagLength);
        try
        {
            aes.Decrypt(wrapped[..NonceLength], wrapped[NonceLength..^TagLength], wrapped[^TagLength..], key, purpose);
            return key;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
