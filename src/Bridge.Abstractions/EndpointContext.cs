using Microsoft.Extensions.Logging;

namespace Bridge.Abstractions;

/// <summary>What an endpoint gets from the host, and all it can reach.</summary>
public sealed class EndpointContext
{
    /// <summary>The endpoint's configured name.</summary>
    public required EndpointId Id { get; init; }

    /// <summary>Logs under <c>Bridge.Endpoint.&lt;name&gt;</c>. No text, secret or readable address may be given to it.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The only clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>The only source of chance; not for keys.</summary>
    public required Random Random { get; init; }

    /// <summary>Sealed state; changes travel with <see cref="InboundBatch.State"/>.</summary>
    public required IEndpointState State { get; init; }

    /// <summary>Where the bytes of attachments are; without a host there are none.</summary>
    public IBlobs Blobs { get; init; } = new NoBlobs();

    /// <summary>
    /// What routes listen to here: the rest of the address of every pattern in a route's <c>from</c>, each once, ordinal order. An endpoint that must ask
    /// its network for each conversation (MQTT: subscriptions) asks for these. A changed set comes through <see cref="IAdapt"/>, or restarts the endpoint.
    /// </summary>
    public IReadOnlyList<string> Interests { get; init; } = [];

    /// <summary>How many events may be handed over without having completed.</summary>
    public required int Window { get; init; }

    /// <summary>Counts and explains something the endpoint dropped (a duplicate, a malformed input): nothing is dropped in silence.</summary>
    public required IDropCounter Drops { get; init; }

    /// <summary>Says a fact of the running endpoint that people look for at start, such as the address it listens to. No secret, no personal data.</summary>
    public required Action<string> Report { get; init; }
}

/// <summary>An endpoint's sealed key-value state as of the last completed batch.</summary>
public interface IEndpointState
{
    /// <summary>The value, or null.</summary>
    ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>All entries whose key begins with <paramref name="prefix"/>, ordered by key (ordinal).</summary>
    IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ListAsync(string prefix, CancellationToken cancellationToken);
}

/// <summary>Counts what an endpoint dropped.</summary>
public interface IDropCounter
{
    /// <summary>Adds to the counter of this reason and logs it. The reason is a constant of the plugin, in words, without content.</summary>
    void Dropped(string reason, int count = 1);
}
