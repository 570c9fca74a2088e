using System.Buffers.Binary;
using System.Security.Cryptography;
using Bridge.Core.Storage;

namespace Bridge.Core.Sealing;

/// <summary>
/// Seals records and opens them. Envelope: version (1), suite (2), key id (16), salt (16), counter (4), ciphertext, tag (16). Salt and epoch key give the
/// AES-256-GCM key of a <see cref="Segment"/> of records; kind, record id and epoch are bound as associated data, so no envelope passes for
/// another. Thread-safe.
/// </summary>
public sealed class Sealer(KeyRing keys)
{
    /// <summary>How much longer an envelope is than what it seals.</summary>
    public const int Overhead = HeaderLength + Segment.CounterLength + Segment.TagLength;

    private const byte Version = 1;
    private const byte Suite = 2; // HKDF-SHA256 by segment, AES-256-GCM with counting nonces
    private const int SaltAt = 18;
    private const int HeaderLength = SaltAt + Segment.SaltLength;
    private const int BodyAt = HeaderLength + Segment.CounterLength;
    private const int RecordLength = 17; // kind and id
    private const int BoundLength = HeaderLength + RecordLength + 16;

    /// <summary>Seals under the current key of an epoch; a new epoch's key is durable before this returns.</summary>
    public byte[] Seal(RecordKind kind, UInt128 recordId, string epochScope, ReadOnlySpan<byte> plain) =>
        Seal(kind, recordId, keys.ForSealing(epochScope), plain);

    /// <summary>The same record under the key that its epoch has now. Throws <see cref="SealException"/> when it cannot be opened.</summary>
    public byte[] Reseal(RecordKind kind, UInt128 recordId, ReadOnlySpan<byte> envelope)
    {
        var plain = Open(kind, recordId, envelope);
        try
        {
            return Seal(kind, recordId, keys.SuccessorOf(KeyIdOf(envelope)), plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private byte[] Seal(RecordKind kind, UInt128 recordId, EpochKey epoch, ReadOnlySpan<byte> plain)
    {
        var envelope = new byte[Overhead + plain.Length];
        var segment = keys.Segments.ForSealing(epoch);
        envelope[0] = Version;
        envelope[1] = Suite;
        epoch.Id.TryWriteBytes(envelope.AsSpan(2), bigEndian: true, out _);
        BinaryPrimitives.WriteUInt128BigEndian(envelope.AsSpan(SaltAt), segment.Salt);

        Span<byte> bound = stackalloc byte[BoundLength];
        Bind(bound, envelope.AsSpan(0, HeaderLength), kind, recordId, epoch);
        segment.Encrypt(envelope.AsSpan(HeaderLength, Segment.CounterLength), plain, envelope.AsSpan(BodyAt, plain.Length), envelope.AsSpan(^Segment.TagLength..), bound);
        keys.Segments.AfterSealing(segment, epoch);
        return envelope;
    }

    /// <summary>How many keys were asked for and are damaged.</summary>
    public int DamagedKeys => keys.Damaged;

    /// <summary>Opens; throws <see cref="SealException"/> when a bit differs, the record is another one, or the key is gone.</summary>
    public byte[] Open(RecordKind kind, UInt128 recordId, ReadOnlySpan<byte> envelope)
    {
        if (FirstSuite.Sealed(envelope))
        {
            return FirstSuite.Open(keys, kind, recordId, envelope);
        }

        if (envelope.Length < Overhead || envelope[0] != Version || envelope[1] != Suite)
        {
            throw new SealException("the envelope is damaged, or was made by a newer Bridge");
        }

        var epoch = keys.ForOpening(new Guid(envelope.Slice(2, 16), bigEndian: true));
        var plain = new byte[envelope.Length - Overhead];
        Span<byte> bound = stackalloc byte[BoundLength];
        Bind(bound, envelope[..HeaderLength], kind, recordId, epoch);
        var segment = keys.Segments.ForOpening(epoch, envelope.Slice(SaltAt, Segment.SaltLength));
        try
        {
            segment.Decrypt(envelope.Slice(HeaderLength, Segment.CounterLength), envelope[BodyAt..^Segment.TagLength], envelope[^Segment.TagLength..], plain, bound);
        }
        catch (AuthenticationTagMismatchException)
        {
            // Not kept: a damaged salt must not displace a segment that is in use.
            segment.Dispose();
            throw new SealException("the envelope is damaged, or belongs to another record");
        }

        keys.Segments.AfterOpening(segment);
        return plain;
    }

    /// <summary>The key an envelope is sealed under: stands in its header.</summary>
    public static Guid KeyIdOf(ReadOnlySpan<byte> envelope) => envelope.Length < SaltAt ? Guid.Empty : new Guid(envelope.Slice(2, 16), bigEndian: true);

    /// <summary>Under which a personal text can be found again. The label keeps uses apart: equal texts under two labels look unrelated.</summary>
    public BlindIndex Index(string label, string text) => keys.Index(label, text);

    /// <summary>Under which attachments are named by their bytes; the same for the life of the data folder.</summary>
    internal byte[] AttachmentNamingKey() => keys.AttachmentNamingKey();

    internal static void Bind(Span<byte> bound, ReadOnlySpan<byte> header, RecordKind kind, UInt128 recordId, EpochKey epoch)
    {
        header.CopyTo(bound);
        bound[header.Length] = (byte)kind;
        BinaryPrimitives.WriteUInt128BigEndian(bound[(header.Length + 1)..], recordId);
        BinaryPrimitives.WriteUInt128BigEndian(bound[(header.Length + RecordLength)..], epoch.Epoch.Value);
    }
}
