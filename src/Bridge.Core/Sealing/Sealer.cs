using System.Buffers.Binary;
using System.Security.Cryptography;
using Bridge.Core.Storage;

namespace Bridge.Core.Sealing;

/// <summary>
/// Seals records and opens them. Envelope: version (1), suite (1), key id (16), nonce (12), ciphertext, tag (16). Each record has its own
/// AES-256-GCM key, derived from the epoch key, its kind and its id; kind, id and epoch are also bound as associated data. Thread-safe.
/// </summary>
public sealed class Sealer(KeyRing keys)
{
    /// <summary>How much longer an envelope is than what it seals.</summary>
    public const int Overhead = HeaderLength + NonceLength + TagLength;

    private const byte Version = 1;
    private const byte Suite = 1; // HKDF-SHA256, AES-256-GCM
    private const int HeaderLength = 18;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int RecordLength = 17; // kind and id
    private const int BoundLength = HeaderLength + RecordLength + 16;

    /// <summary>Seals under the current key of an epoch; a new epoch's key is durable before this returns.</summary>
    public byte[] Seal(RecordKind kind, UInt128 recordId, string epochScope, ReadOnlySpan<byte> plain)
    {
        var epoch = keys.ForSealing(epochScope);
        var envelope = new byte[Overhead + plain.Length];
        envelope[0] = Version;
        envelope[1] = Suite;
        epoch.Id.TryWriteBytes(envelope.AsSpan(2), bigEndian: true, out _);
        var nonce = envelope.AsSpan(HeaderLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);

        Span<byte> bound = stackalloc byte[BoundLength];
        Bind(bound, envelope.AsSpan(0, HeaderLength), kind, recordId, epoch);
        using var aes = RecordCipher(epoch, bound.Slice(HeaderLength, RecordLength));
        aes.Encrypt(nonce, plain, envelope.AsSpan(HeaderLength + NonceLength, plain.Length), envelope.AsSpan(^TagLength..), bound);
        return envelope;
    }

    /// <summary>Opens; throws <see cref="SealException"/> when a bit differs, the record is another one, or the key is gone.</summary>
    public byte[] Open(RecordKind kind, UInt128 recordId, ReadOnlySpan<byte> envelope)
    {
        if (envelope.Length < Overhead || envelope[0] != Version || envelope[1] != Suite)
        {
            throw new SealException("the envelope is damaged, or was made by a newer Bridge");
        }

        var epoch = keys.ForOpening(new Guid(envelope.Slice(2, 16), bigEndian: true));
        var plain = new byte[envelope.Length - Overhead];
        Span<byte> bound = stackalloc byte[BoundLength];
        Bind(bound, envelope[..HeaderLength], kind, recordId, epoch);
        using var aes = RecordCipher(epoch, bound.Slice(HeaderLength, RecordLength));
        try
        {
            aes.Decrypt(
                envelope.Slice(HeaderLength, NonceLength), envelope[(HeaderLength + NonceLength)..^TagLength], envelope[^TagLength..], plain, bound);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealException("the envelope is damaged, or belongs to another record");
        }

        return plain;
    }

    /// <summary>Under which a personal text can be found again. The label keeps uses apart: equal texts under two labels look unrelated.</summary>
    public BlindIndex Index(string label, string text) => keys.Index(label, text);

    private static void Bind(Span<byte> bound, ReadOnlySpan<byte> header, RecordKind kind, UInt128 recordId, EpochKey epoch)
    {
        header.CopyTo(bound);
        bound[HeaderLength] = (byte)kind;
        BinaryPrimitives.WriteUInt128BigEndian(bound[(HeaderLength + 1)..], recordId);
        BinaryPrimitives.WriteUInt128BigEndian(bound[(HeaderLength + RecordLength)..], epoch.Epoch.Value);
    }

    private static AesGcm RecordCipher(EpochKey epoch, ReadOnlySpan<byte> record)
    {
        Span<byte> epochKey = stackalloc byte[32];
        Span<byte> recordKey = stackalloc byte[32];
        try
        {
            epoch.CopyTo(epochKey);
            HKDF.Expand(HashAlgorithmName.SHA256, epochKey, recordKey, record);
            return new AesGcm(recordKey, TagLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(epochKey);
            CryptographicOperations.ZeroMemory(recordKey);
        }
    }
}
