using System.Security.Cryptography;
using Bridge.Abstractions;

namespace Bridge.Core.Attachments;

/// <summary>Seals a stream of unknown length, two chunks in memory.</summary>
internal sealed class ChunkWriter(Stream content, Stream target, Chunks chunks, IncrementalHash hash, long most)
{
    private readonly byte[] _sealed = new byte[Chunks.PlainLength + Chunks.TagLength];
    private byte[] _next = new byte[Chunks.PlainLength];
    private byte[] _current = new byte[Chunks.PlainLength];

    /// <summary>How many bytes they were. Throws <see cref="BlobTooLargeException"/>.</summary>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            target.WriteByte(Chunks.Version);
            var (size, length) = (0L, await ReadAsync(cancellationToken));
            for (uint number = 0; ; number++)
            {
                (_current, _next) = (_next, _current);
                size += length;
                if (size > most)
                {
                    throw new BlobTooLargeException(most);
                }

                // Only a chunk after which nothing comes is the last.
                var following = length < Chunks.PlainLength ? 0 : await ReadAsync(cancellationToken);
                hash.AppendData(_current, 0, length);
                chunks.Seal(number, following == 0, _current.AsSpan(0, length), _sealed);
                await target.WriteAsync(_sealed.AsMemory(0, length + Chunks.TagLength), cancellationToken);
                if (following == 0)
                {
                    return size;
                }

                length = following;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_current);
            CryptographicOperations.ZeroMemory(_next);
        }
    }

    private async ValueTask<int> ReadAsync(CancellationToken cancellationToken) =>
        await content.ReadAtLeastAsync(_next, Chunks.PlainLength, throwOnEndOfStream: false, cancellationToken);
}
