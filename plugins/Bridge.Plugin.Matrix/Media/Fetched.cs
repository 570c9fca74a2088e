using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Media;

/// <summary>What became of fetching a medium: a closed hierarchy.</summary>
internal abstract record Fetched
{
    private Fetched()
    {
    }

    /// <summary>The bytes are in the blob store.</summary>
    public sealed record Kept(StoredBlob Blob, string ContentType) : Fetched;

    /// <summary>They could not be had, and asking again will not help.</summary>
    /// <param name="Why">For the operator, without addresses.</param>
    public sealed record Missing(string Why) : Fetched;

    /// <summary>Not now: the homeserver is away, slow or busy.</summary>
    /// <param name="Why">For the operator, without addresses.</param>
    /// <param name="After">Not sooner than this, when the homeserver said so.</param>
    public sealed record Later(string Why, TimeSpan? After = null) : Fetched;
}
