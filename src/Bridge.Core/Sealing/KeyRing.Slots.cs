using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bridge.Core.Storage;

namespace Bridge.Core.Sealing;

// Who can open the data folder, and the exchange of the root key.
public sealed partial class KeyRing
{
    // Whoever changes slots, one at a time: deriving a key from a passphrase takes long on purpose, and sealing must not wait for it. Taken before _lock.
    private readonly Lock _slots = new();
    private readonly HashSet<int> _proved = [];
    private readonly Dictionary<int, byte[]> _wrappingKeys = [];
    private byte[] _root;
    private int _slot;
    private int _generation;

    /// <summary>Generation of the root key and the key-encryption key.</summary>
    public int Generation => _generation;

    /// <summary>True while keys are still wrapped under the generation before.</summary>
    public bool Rotating => _wrappingKeys.Count > 1;

    /// <summary>Who can open the data folder, and what with, and how many keys there are.</summary>
    public KeyInventory Inventory()
    {
        lock (_lock)
        {
            var epochs = _wrapped.Values.Count(key => key.Epoch != IndexEpoch);
            return new KeyInventory(
                [.. _store.Slots().Select(slot => new SlotFacts(slot.Id, slot.Kind, slot.Name, slot.MadeAt, slot.UsedAt, slot.Id == _slot))],
                _generation, Rotating, epochs, _wrapped.Values.Min(key => key.Ends), _damaged.Count);
        }
    }

    /// <summary>Another source that opens this data folder from now on; its number. Throws <see cref="KeyException"/> when it opens it already.</summary>
    public int AddSlot(KeySource source)
    {
        lock (_slots)
        {
            var slots = _store.Slots();
            if (KeySlots.Find(slots, source) is { } there)
            {
                throw new KeyException($"slot {there.Slot.Id} ({there.Slot.Kind}) is opened by this {source.Kind} already");
            }

            var id = slots.Select(slot => slot.Id).DefaultIfEmpty(0).Max() + 1;
            var slot = KeySlots.Make(id, source, _root, _clock.GetUtcNow());
            lock (_lock)
            {
                _store.AddSlot(slot);
            }

            Prove(source);
            return id;
        }
    }

    /// <summary>The slot that a source opens: proof that somebody has it. Throws <see cref="KeyException"/> when it opens none.</summary>
    public int Prove(KeySource source)
    {
        lock (_slots)
        {
            var found = KeySlots.Find(_store.Slots(), source) ?? throw new KeyException($"{source} opens none of the slots");
            _proved.Add(found.Slot.Id);
            return found.Slot.Id;
        }
    }

    /// <summary>
    /// Takes a slot away for ever. Throws <see cref="KeyException"/> for the last one, and for the one in use unless another was proved to open.
    /// </summary>
    public void RemoveSlot(int id)
    {
        lock (_slots)
        {
            RemoveIfAnotherOpens(id);
        }
    }

    private void RemoveIfAnotherOpens(int id)
    {
        lock (_lock)
        {
            var slots = _store.Slots().Select(slot => slot.Id).ToList();
            if (!slots.Remove(id))
            {
                throw new KeyException($"there is no slot {id}; there are: {string.Join(", ", slots)}");
            }

            if (slots.Count == 0)
            {
                throw new KeyException($"slot {id} is the only one: without it nobody could read the data; add another one first");
            }

            var then = id != _slot ? _slot : slots.Find(_proved.Contains);
            if (then == 0)
            {
                throw new KeyException(
                    $"slot {id} is the one in use, and nothing has shown that another one can be opened; show it with --key-file, --passphrase or --recovery-code");
            }

            Change(() => _store.RemoveSlot(id), () => _slot = then);
        }
    }

    /// <summary>
    /// Begins a new generation: a new root key in every slot, so that keys and backups of before open nothing that is made from now on. What is sealed
    /// stays readable. Crash-safe: whatever was done holds, and the next start goes on. Throws <see cref="KeyException"/> when a slot cannot follow.
    /// </summary>
    public void BeginRotation()
    {
        lock (_slots)
        {
            lock (_lock)
            {
                if (Rotating)
                {
                    return;
                }

                var next = RandomNumberGenerator.GetBytes(KeyWrap.KeyLength);
                var slots = _store.Slots().Select(slot => KeySlots.Follow(slot, _root, next) ?? throw new KeyException(
                    $"slot {slot.Id} ({slot.Kind}) was made by an older Bridge, or not by Bridge, and cannot be given a new key; remove it, and add it again")).ToList();
                var previous = new WrappedRoot(_generation, KeyWrap.Wrap(Derive(next, "previous root"), _root, PreviousPurpose(_generation)));
                Change(() => _store.ReplaceSlots(slots, previous), () => Follow(next));
            }
        }
    }

    /// <summary>Wraps some more keys anew; false when the rotation is through. Others seal and open meanwhile.</summary>
    public bool Rotate(int most = 500)
    {
        lock (_lock)
        {
            if (!Rotating)
            {
                return false;
            }

            // A damaged key stays as it is: it opens for no generation, and says so where it is asked for.
            var rewrapped = _wrapped.Values.Where(key => key.Generation < _generation && !_damaged.ContainsKey(key.Id)).Take(most).Select(Rewrap).OfType<WrappedKey>().ToList();
            if (rewrapped.Count > 0)
            {
                Change(() => _store.Rewrap(rewrapped), () => rewrapped.ForEach(key => _wrapped[key.Id] = key));
            }

            if (_wrapped.Values.Any(key => key.Generation < _generation && !_damaged.ContainsKey(key.Id)))
            {
                return true;
            }

            Change(_store.ForgetPreviousRoot, () =>
            {
                CryptographicOperations.ZeroMemory(_wrappingKeys[_generation - 1]);
                _wrappingKeys.Remove(_generation - 1);
            });
            return false;
        }
    }

    // What is committed holds, even when the old bytes could not be cut out of the log: memory follows the disk first, then that is told.
    private static void Change(Action onDisk, Action inMemory)
    {
        try
        {
            onDisk();
        }
        catch (StoreException failure) when (failure.Committed)
        {
            inMemory();
            throw;
        }

        inMemory();
    }

    private void Follow(byte[] root)
    {
        CryptographicOperations.ZeroMemory(_root);
        (_root, _generation) = (root, _generation + 1);
        _wrappingKeys[_generation] = WrappingKey(_root, _generation);

        // Whoever has the old root key may have the epoch keys under it: nothing more is sealed under those. The index key alone goes on.
        foreach (var epoch in _current.Keys.Where(epoch => epoch != IndexEpoch).ToList())
        {
            _current.Remove(epoch);
        }

        _byScope.Clear();
    }

    private int BeginGenerations(IReadOnlyList<WrappedKey> keys)
    {
        var generation = keys.Select(key => key.Generation).DefaultIfEmpty(1).Max();
        if (_store.PreviousRoot() is { } previous)
        {
            generation = previous.Generation + 1;
            var root = KeyWrap.Unwrap(Derive(_root, "previous root"), previous.Wrapped, PreviousPurpose(previous.Generation))
                ?? throw new KeyException("the key database is damaged: a rotation was under way, and the root key before it does not open; restore its backup");
            _wrappingKeys[previous.Generation] = WrappingKey(root, previous.Generation);
            CryptographicOperations.ZeroMemory(root);
        }

        _wrappingKeys[generation] = WrappingKey(_root, generation);
        return generation;
    }

    private WrappedKey? Rewrap(WrappedKey key)
    {
        if (Unwrap(key) is not { } clear)
        {
            _damaged[key.Id] = true;
            return null;
        }

        var moved = key with { Generation = _generation };
        moved = moved with { Wrapped = KeyWrap.Wrap(_wrappingKeys[_generation], clear, Purpose(moved)) };
        CryptographicOperations.ZeroMemory(clear);
        return moved;
    }

    private static byte[] WrappingKey(byte[] root, int generation) => Derive(root, string.Create(CultureInfo.InvariantCulture, $"key-encryption {generation}"));

    private static byte[] PreviousPurpose(int generation) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"bridge root {generation}"));
}

/// <summary>What <c>bridge keys list</c> shows.</summary>
/// <param name="EpochKeys">How many keys there are besides the index key.</param>
/// <param name="OldestEnds">When the oldest epoch's period was over; null: no epoch ends.</param>
public sealed record KeyInventory(IReadOnlyList<SlotFacts> Slots, int Generation, bool Rotating, int EpochKeys, DateTimeOffset? OldestEnds, int Damaged);

/// <summary>One slot, without its secret.</summary>
public sealed record SlotFacts(int Id, string Kind, string Name, DateTimeOffset? MadeAt, DateTimeOffset? UsedAt, bool InUse);
