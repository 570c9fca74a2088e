using System.Security.Cryptography;

namespace Bridge.Core.Sealing;

/// <summary>
/// Opens what development versions before 2026-11-21 sealed: version (1), suite (1), key id (16), random nonce (12), ciphertext, tag (16), under a key
/// per record: HKDF-Expand(epoch key, kind and record id). Nothing is sealed so any more.
/// </summary>
internal static class FirstSuite
{
    private const int HeaderLength = 18;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int RecordLength = 17;
    private const int BodyAt = HeaderLength + NonceLength;

    public static bool Sealed(ReadOnlySpan<byte> envelope) => envelope.Length >= BodyAt + TagLength && envelope[0] == 1 && envelope[1] == 1;

    public static byte[] Open(KeyRing keys, RecordKind kind, UInt128 recordId, ReadOnlySpan<byte> envelope)
    {
        var epoch = keys.ForOpening(new Guid(envelope.Slice(2, 16), bigEndian: true));
        Span<byte> bound = stackalloc byte[HeaderLength + RecordLength + 16];
        Sealer.Bind(bound, envelope[..HeaderLength], kind, recordId, epoch);
        Span<byte> epochKey = stackalloc byte[32];
        Span<byte> key = stackalloc byte[32];
        try
        {
            epoch.CopyTo(epochKey);
            HKDF.Expand(HashAlgorithmName.SHA256, epochKey, key, bound.Slice(HeaderLength, RecordLength));
            using var aes = new AesGcm(key, TagLength);
            var plain = new byte[envelope.Length - BodyAt - TagLength];
            aes.Decrypt(envelope.Slice(HeaderLength, NonceLength), envelope[BodyAt..^TagLength], envelope[^TagLength..], plain, bound);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealException("the envelope is damaged, or belongs to another record");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(epochKey);
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
