using System.Runtime.CompilerServices;
using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>The whole state, read once: each listing of the sealed one opens every row, and the broker lists once per session.</summary>
internal sealed class StateSnapshot : IEndpointState
{
    private readonly List<KeyValuePair<string, ReadOnlyMemory<byte>>> _rows = [];

    public static async Task<StateSnapshot> ReadAsync(IEndpointState state, CancellationToken cancellationToken)
    {
        var snapshot = new StateSnapshot();
        await foreach (var row in state.ListAsync("", cancellationToken))
        {
            snapshot._rows.Add(row);
        }

        return snapshot;
    }

    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var at = Find(key);
        return new(at < _rows.Count && _rows[at].Key == key ? _rows[at].Value : null);
    }

    public async IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        for (var at = Find(prefix); at < _rows.Count && _rows[at].Key.StartsWith(prefix, StringComparison.Ordinal); at++)
        {
            yield return _rows[at];
        }
    }

    /// <summary>The first row whose key is not before this one: they come in ordinal order.</summary>
    private int Find(string key)
    {
        var (low, high) = (0, _rows.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(_rows[middle].Key, key) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
