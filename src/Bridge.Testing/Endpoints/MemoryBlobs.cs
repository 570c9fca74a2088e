using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Bridge.Abstractions;

namespace Bridge.Testing.Endpoints;

/// <summary>A blob store in memory, named by content as the real one is.</summary>
public sealed class MemoryBlobs : IBlobs
{
    private readonly ConcurrentDictionary<BlobId, byte[]> _blobs = new();
    private readonly ConcurrentDictionary<BlobId, int> _damaged = new();

    /// <summary>How many different blobs are kept.</summary>
    public int Count => _blobs.Count;

    /// <summary>The largest piece that was asked of a stream at once: a stream that is read whole shows here.</summary>
    public int LargestRead { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<StoredBlob> StoreAsync(Stream content, long most, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                LargestRead = Math.Max(LargestRead, read);
                if (kept.Length + read > most)
                {
                    throw new BlobTooLargeException(most);
                }

                kept.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Store(kept.ToArray());
    }

    /// <summary>Keeps these bytes.</summary>
    public StoredBlob Store(byte[] bytes)
    {
        var id = new BlobId(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        _blobs[id] = bytes;
        return new StoredBlob(id, bytes.Length);
    }

    /// <inheritdoc/>
    public ValueTask<Stream?> OpenAsync(BlobId blob, CancellationToken cancellationToken) =>
        new(!_blobs.TryGetValue(blob, out var bytes) ? null
            : _damaged.TryGetValue(blob, out var readable) ? new DamagedBlob(bytes, readable)
            : new MemoryStream(bytes, writable: false));

    /// <summary>What is kept under this name.</summary>
    public byte[] this[BlobId blob] => _blobs[blob];

    /// <summary>As if retention had passed.</summary>
    public void Forget(BlobId blob) => _blobs.TryRemove(blob, out _);

    /// <summary>From now on only so many of its bytes can be read; fewer than none: it cannot even be opened.</summary>
    public void Damage(BlobId blob, int readable) => _damaged[blob] = readable;

    private sealed class DamagedBlob : MemoryStream
    {
        public DamagedBlob(byte[] bytes, int readable)
            : base(bytes, 0, Math.Max(0, readable), writable: false)
        {
            if (readable < 0)
            {
                throw Damaged;
            }
        }

        private static IOException Damaged => new("the attachment is damaged");

        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, count) is > 0 and var read ? read : throw Damaged;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.Read(buffer.Span) is > 0 and var read ? new(read) : throw Damaged;
    }
}
