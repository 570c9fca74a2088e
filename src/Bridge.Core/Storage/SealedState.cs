using System.Runtime.CompilerServices;
using Bridge.Abstractions;
using Bridge.Core.Sealing;

namespace Bridge.Core.Storage;

/// <summary>An endpoint's key-value state in the store: keys are blind-indexed, and stand readable only inside the seal.</summary>
public sealed class SealedState(EndpointId endpoint, IStore store, Sealer sealer) : IEndpointState
{
    /// <summary>Of the scopes of endpoints.</summary>
    internal const string Prefix = "endpoint:";

    private readonly string _scope = Prefix + endpoint.Value;

    /// <summary>What the store must do for a change to commit together with its batch.</summary>
    public StoreChange Seal(StateChange change)
    {
        var key = sealer.Index(_scope, change.Key);
        return change.Value is null
            ? new StoreChange.RemoveState(_scope, key)
            : new StoreChange.PutState(_scope, key, sealer.Seal(RecordKind.State, RecordId.Of(key), EpochScope.State, SealedJson.Write(change)));
    }

    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var index = sealer.Index(_scope, key);
        return await store.FindStateAsync(_scope, index, cancellationToken) is { } found ? Open(index, found).Value : null;
    }

    public async IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The index hides the order of keys, so the scope is opened whole: endpoint state is small by contract.
        var entries = new List<StateChange>();
        await foreach (var row in store.ReadStateAsync(_scope, cancellationToken))
        {
            var entry = Open(row.Key, row.Sealed);
            if (entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                entries.Add(entry);
            }
        }

        foreach (var entry in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            yield return new(entry.Key, entry.Value ?? default);
        }
    }

    private StateChange Open(BlindIndex key, byte[] envelope) =>
        SealedJson.ReadState(sealer.Open(RecordKind.State, RecordId.Of(key), envelope));
}
