namespace Bridge.Abstractions;

/// <summary>Names the bytes of an attachment or picture in the sealed blob store. The same bytes have the same name. No personal data.</summary>
public readonly record struct BlobId(string Value)
{
    /// <summary>The name.</summary>
    public override string ToString() => Value;
}

/// <summary>The sealed blob store, as an endpoint reaches it. Streams only: nothing above 1 MiB is ever whole in memory, and nothing readable on disk.</summary>
public interface IBlobs
{
    /// <summary>
    /// Reads <paramref name="content"/> to its end and seals it; durable when it completes, so that the event that names it may be handed over. What no stored
    /// event names within a day is removed. Throws <see cref="BlobTooLargeException"/> when it is longer than <paramref name="most"/> bytes: nothing is kept then.
    /// </summary>
    ValueTask<StoredBlob> StoreAsync(Stream content, long most, CancellationToken cancellationToken);

    /// <summary>The bytes, opened while they are read; null when they are no longer kept. A damaged blob throws <see cref="IOException"/> while it is read.</summary>
    ValueTask<Stream?> OpenAsync(BlobId blob, CancellationToken cancellationToken);
}

/// <summary>What was stored.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Size">In bytes.</param>
public sealed record StoredBlob(BlobId Id, long Size);

/// <summary>More bytes came than were allowed.</summary>
public sealed class BlobTooLargeException(long most) : IOException($"longer than {most} bytes");

/// <summary>Of an endpoint that is only tried (<see cref="IProbe"/>): nothing is kept.</summary>
internal sealed class NoBlobs : IBlobs
{
    public ValueTask<StoredBlob> StoreAsync(Stream content, long most, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("there is no blob store here");

    public ValueTask<Stream?> OpenAsync(BlobId blob, CancellationToken cancellationToken) => new((Stream?)null);
}
