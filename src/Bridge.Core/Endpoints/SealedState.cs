using Bridge.Abstractions;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Endpoints;

/// <summary>How an endpoint's state lies in the store: a scope per endpoint, keys as blind indexes, key and value together inside the seal.</summary>
public static class SealedState
{
    /// <summary>The scope of one endpoint.</summary>
    public static string ScopeOf(EndpointId endpoint) => $"endpoint:{endpoint.Value}";

    /// <summary>Where a key lies. The scope is part of the label, so that a value moved to another endpoint does not open.</summary>
    public static BlindIndex IndexOf(Sealer sealer, EndpointId endpoint, string key) => sealer.Index(ScopeOf(endpoint), key);

    /// <summary>The change of the store that a change of an endpoint's state comes to.</summary>
    public static StoreChange Seal(Sealer sealer, EndpointId endpoint, StateChange change)
    {
        var index = IndexOf(sealer, endpoint, change.Key);
        return change.Value is null
            ? new StoreChange.RemoveState(ScopeOf(endpoint), index)
            : new StoreChange.PutState(ScopeOf(endpoint), index, sealer.Seal(RecordKind.State, RecordId.Of(index), EpochScope.State, SealedJson.Write(change)));
    }

    /// <summary>Key and value of one row.</summary>
    public static StateChange Open(Sealer sealer, StateRow row) =>
        SealedJson.Read<StateChange>(sealer.Open(RecordKind.State, RecordId.Of(row.Key), row.Sealed));
}

/// <summary>One endpoint's sealed state, read from the store.</summary>
internal sealed class EndpointState(EndpointId endpoint, IStore store, Sealer sealer) : IEndpointState
{
    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var index = SealedState.IndexOf(sealer, endpoint, key);
        return await store.FindStateAsync(SealedState.ScopeOf(endpoint), index, cancellationToken) is { } found
            ? SealedState.Open(sealer, new StateRow(index, found)).Value
            : null;
    }

    public async IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ListAsync(
        string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Keys are blind in the store: order and prefix exist only after opening. An endpoint's state is small.
        var found = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        await foreach (var row in store.ReadStateAsync(SealedState.ScopeOf(endpoint), cancellationToken))
        {
            var entry = SealedState.Open(sealer, row);
            if (entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                found.Add(entry.Key, entry.Value ?? default);
            }
        }

        foreach (var entry in found)
        {
            yield return entry;
        }
    }
}
