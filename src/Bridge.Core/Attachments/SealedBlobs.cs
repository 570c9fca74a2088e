using System.Security.Cryptography;
using Bridge.Abstractions;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Attachments;

/// <summary>
/// The blob store. A file is sealed while it is read, under a random key of its own; that key is sealed in the store's state, so what takes the row takes the
/// attachment, whatever is left of the file. The file is durable before the row, and the row before its name is given away. Thread-safe.
/// </summary>
public sealed class SealedBlobs(ISealedFiles files, IStore store, StoreWriter writer, Sealer sealer, TimeProvider clock) : IBlobs, IDisposable
{
    private readonly SemaphoreSlim _rows = new(1);

    public async ValueTask<StoredBlob> StoreAsync(Stream content, long most, CancellationToken cancellationToken)
    {
        var row = await SealAsync(content, most, cancellationToken);
        await _rows.WaitAsync(cancellationToken);
        try
        {
            if (await AttachmentRows.FindAsync(store, sealer, row.Id, cancellationToken) is { } known && HasFile(known))
            {
                files.Delete(row.File);
                row = known with { StoredAt = row.StoredAt };
            }

            await writer.WriteAsync([AttachmentRows.Put(sealer, row)]);
            return new StoredBlob(row.Id, row.Size);
        }
        finally
        {
            _rows.Release();
        }
    }

    public async ValueTask<Stream?> OpenAsync(BlobId blob, CancellationToken cancellationToken) =>
        await AttachmentRows.FindAsync(store, sealer, blob, cancellationToken) is { } row && files.Open(row.File) is { } file
            ? Open(file, row)
            : null;

    /// <summary>The bytes of a sealed file; a damaged one throws <see cref="IOException"/>, at once or while it is read.</summary>
    public static Stream Open(Stream file, AttachmentRow row) => ChunkReader.Open(file, row.Key, row.Size);

    /// <summary>Forgets one for good, when that is still right at its turn.</summary>
    internal async Task<bool> RemoveAsync(BlobId id, Func<AttachmentRow, AttachmentUse?, bool> isRight, CancellationToken cancellationToken)
    {
        await _rows.WaitAsync(cancellationToken);
        try
        {
            if (await AttachmentRows.FindAsync(store, sealer, id, cancellationToken) is not { } row
                || !isRight(row, await AttachmentRows.FindUseAsync(store, sealer, id, cancellationToken)))
            {
                return false;
            }

            await writer.WriteAsync([.. AttachmentRows.Remove(id)]);
            files.Delete(row.File);
            return true;
        }
        catch (SealException)
        {
            return false; // when it was used last is not known
        }
        finally
        {
            _rows.Release();
        }
    }

    public void Dispose() => _rows.Dispose();

    private async Task<AttachmentRow> SealAsync(Stream content, long most, CancellationToken cancellationToken)
    {
        var (name, key) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), RandomNumberGenerator.GetBytes(Chunks.KeyLength));
        try
        {
            using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, sealer.AttachmentNamingKey());
            using var chunks = new Chunks(key);
            await using var file = files.Create(name);
            var size = await new ChunkWriter(content, file, chunks, hash, most).RunAsync(cancellationToken);
            files.Keep(file);
            return new AttachmentRow(AttachmentRows.Name(hash.GetHashAndReset()), name, size, clock.GetUtcNow(), key);
        }
        catch
        {
            files.Delete(name);
            throw;
        }
    }

    private bool HasFile(AttachmentRow row)
    {
        using var file = files.Open(row.File);
        return file?.Length == Chunks.SealedLength(row.Size);
    }
}
