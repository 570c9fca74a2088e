using System.Collections.Concurrent;
using Bridge.Abstractions;

namespace Bridge.Core.Routing;

/// <summary>An address that asked not to be written to; kept per endpoint, keyed by address, for ever.</summary>
/// <param name="Why">Why something is not sent there.</param>
/// <param name="Cure">How that ends.</param>
/// <param name="By">The event that said so.</param>
public sealed record OptedOut(Address At, string Why, string Cure, DateTimeOffset Since, EventId By) : Remembered(null, null)
{
    public static MemoryKey KeyOf(Address at) => new(at.Endpoint.Value, MemoryKinds.OptOut, at.Full);
}

/// <summary>The addresses of the rules' memory that asked not to be written to, for those who look from any thread: the lanes, before every send.</summary>
public sealed class OptOuts
{
    private readonly ConcurrentDictionary<Address, OptedOut> _all = [];

    /// <summary>In the order in which they asked.</summary>
    public IReadOnlyList<OptedOut> All => [.. _all.Values.OrderBy(one => one.Since).ThenBy(one => one.At.Full, StringComparer.Ordinal)];

    /// <summary>Null when it may be written to.</summary>
    public OptedOut? Find(Address at) => _all.GetValueOrDefault(at);

    public int CountOf(EndpointId endpoint) => _all.Keys.Count(at => at.Endpoint == endpoint);

    /// <summary>An entry of the memory changed.</summary>
    internal void Follow(Remembered? before, Remembered? after)
    {
        if (before is OptedOut gone)
        {
            _all.TryRemove(gone.At, out _);
        }

        if (after is OptedOut optOut)
        {
            _all[optOut.At] = optOut;
        }
    }
}
