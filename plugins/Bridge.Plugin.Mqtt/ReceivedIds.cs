using System.Globalization;
using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt;

/// <summary>
/// The packet ids of QoS 2 publishes that were accepted and that the peer has not released (PUBREL): whatever comes under such an id is a repeat, for
/// certain. Its changes belong into the batch of the events; PUBREC leaves after that batch is stored, and PUBCOMP after the batch that forgets the
/// id. Not thread-safe.
/// </summary>
/// <param name="prefix">Of the keys in the endpoint's state.</param>
internal sealed class ReceivedIds(string prefix)
{
    private readonly HashSet<ushort> _ids = [];

    /// <summary>Becomes what was committed.</summary>
    public async ValueTask LoadAsync(IEndpointState state, CancellationToken cancellationToken)
    {
        _ids.Clear();
        await foreach (var (key, _) in state.ListAsync(prefix, cancellationToken))
        {
            if (ushort.TryParse(key.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                _ids.Add(id);
            }
        }
    }

    /// <summary>False for a repeat.</summary>
    public bool TryAdd(ushort id, List<StateChange> changes)
    {
        if (!_ids.Add(id))
        {
            return false;
        }

        changes.Add(new StateChange(KeyOf(id), ReadOnlyMemory<byte>.Empty));
        return true;
    }

    /// <summary>False when the id was not known.</summary>
    public bool Release(ushort id, List<StateChange> changes)
    {
        if (!_ids.Remove(id))
        {
            return false;
        }

        changes.Add(new StateChange(KeyOf(id), Value: null));
        return true;
    }

    /// <summary>Forgets all: the peer has begun a new session.</summary>
    public IReadOnlyList<StateChange> Clear()
    {
        var changes = _ids.Select(id => new StateChange(KeyOf(id), Value: null)).ToList();
        _ids.Clear();
        return changes;
    }

    private string KeyOf(ushort id) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{id}");
}
