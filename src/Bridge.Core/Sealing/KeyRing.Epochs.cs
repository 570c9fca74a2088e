using Bridge.Core.Storage;

namespace Bridge.Core.Sealing;

// The end of epoch keys.
public sealed partial class KeyRing
{
    private readonly string _stateEpoch;

    /// <summary>Destroys keys: what was sealed under them is unreadable for ever, here and in copies made from now on.</summary>
    public void Destroy(IReadOnlyCollection<Guid> ids)
    {
        lock (_lock)
        {
            var known = ids.Where(id => _wrapped.TryGetValue(id, out var key) && key.Epoch != IndexEpoch).ToList();
            Change(() => _store.DestroyKeys(known), () =>
            {
                known.ForEach(Forget);
                Segments.Clear();
            });
        }
    }

    /// <summary>
    /// Destroys the keys of all epochs whose period was over at a time, but those of epochs that are needed still: an epoch of which one key is needed
    /// keeps all of them. At most so many; how many it were.
    /// </summary>
    public int DestroyEnded(DateTimeOffset before, IReadOnlySet<Guid> needed, int most)
    {
        lock (_lock)
        {
            var ended = _wrapped.Values.Where(key => key.Ends <= before && key.Epoch != IndexEpoch && key.Epoch != _stateEpoch)
                .GroupBy(key => key.Epoch).Where(epoch => !epoch.Any(key => needed.Contains(key.Id)))
                .SelectMany(epoch => epoch.Select(key => key.Id)).Take(most).ToList();
            if (ended.Count > 0)
            {
                Destroy(ended);
            }

            return ended.Count;
        }
    }

    /// <summary>The keys of what has no period: the rules' memory and the endpoints' state.</summary>
    public IReadOnlyList<Guid> StateKeys()
    {
        lock (_lock)
        {
            return [.. _wrapped.Values.Where(key => key.Epoch == _stateEpoch).Select(key => key.Id)];
        }
    }

    /// <summary>From now on nothing is sealed under these keys; their epochs have others, which are durable when this returns.</summary>
    public void Retire(IReadOnlyCollection<Guid> ids)
    {
        lock (_lock)
        {
            foreach (var key in ids.Select(id => _wrapped.GetValueOrDefault(id)).OfType<WrappedKey>().Where(key => key.Epoch != IndexEpoch).ToList())
            {
                if (_current.TryGetValue(key.Epoch, out var current) && current == key.Id)
                {
                    OpenNew(key.Epoch, key.Ends);
                }

                ForgetScopesOf(key.Id);
            }
        }
    }

    internal EpochKey SuccessorOf(Guid id)
    {
        lock (_lock)
        {
            return _wrapped.TryGetValue(id, out var key)
                ? CurrentOf(key.Epoch, key.Ends)
                : throw new SealException("the key was destroyed") { KeyMissing = true };
        }
    }

    private void ForgetScopesOf(Guid id)
    {
        foreach (var scope in _byScope.Where(entry => entry.Value.Id == id).Select(entry => entry.Key).ToList())
        {
            _byScope.TryRemove(scope, out _);
        }
    }

    private void Forget(Guid id)
    {
        if (!_wrapped.Remove(id, out var wrapped))
        {
            return;
        }

        if (_current.TryGetValue(wrapped.Epoch, out var current) && current == id)
        {
            _current.Remove(wrapped.Epoch);
        }

        ForgetScopesOf(id);
        _damaged.TryRemove(id, out _);
        if (_open.TryRemove(id, out var key))
        {
            key.Destroy();
        }
    }
}
