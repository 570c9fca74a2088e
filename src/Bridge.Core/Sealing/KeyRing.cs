using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bridge.Core.Storage;

namespace Bridge.Core.Sealing;

/// <summary>
/// The keys of one data folder, unlocked: root key, key-encryption key of the current generation, epoch keys, and the blind-index key. Keys are
/// made when first asked for and are durable before they are used. Thread-safe. Disposing wipes every key from memory.
/// </summary>
public sealed partial class KeyRing : IDisposable
{
    private const string IndexEpoch = "index";
    private readonly Lock _lock = new();
    private readonly IKeyStore _store;
    private readonly TimeProvider _clock;
    private readonly byte[] _indexKey;
    private readonly IndexHash _hmacs;
    private readonly Dictionary<Guid, WrappedKey> _wrapped;
    private readonly Dictionary<string, Guid> _current = [];
    private readonly ConcurrentDictionary<Guid, EpochKey> _open = new();
    private readonly ConcurrentDictionary<string, EpochKey> _byScope = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, bool> _damaged = new();
    private bool _disposed;

    private KeyRing(IKeyStore store, Unlocked unlocked, TimeProvider clock)
    {
        (_store, _clock, _root, _slot) = (store, clock, unlocked.Root, unlocked.Slot.Id);
        var keys = store.Keys();
        _wrapped = keys.ToDictionary(key => key.Id);
        _generation = BeginGenerations(keys);
        foreach (var key in keys.Where(key => key.Made == _generation || key.Epoch == IndexEpoch))
        {
            _current[key.Epoch] = key.Id;
        }

        _indexKey = _current.TryGetValue(IndexEpoch, out var id)
            ? Unwrap(_wrapped[id]) ?? throw new KeyException("the key database is damaged: its first key does not open; restore its backup")
            : Make(IndexEpoch, ends: null).Key;
        _hmacs = new IndexHash(_indexKey);
        _stateEpoch = EpochName(EpochIndex(EpochScope.State));
    }

    /// <summary>Unlocks with one source. An empty key database gets its first slot and a fresh root key. Throws <see cref="KeyException"/> on a wrong key.</summary>
    public static KeyRing Open(IKeyStore store, KeySource source) => Open(store, source, TimeProvider.System);

    public static KeyRing Open(IKeyStore store, KeySource source, TimeProvider clock)
    {
        var unlocked = KeySlots.Unlock(store, source, clock.GetUtcNow());
        if (KeySlots.IsOfFirstVersion(unlocked.Slot))
        {
            // Rotation has to reach it: it gets its own pair of keys while its key is at hand.
            var renewed = KeySlots.Renew(unlocked.Slot, source, unlocked.Root, clock.GetUtcNow());
            store.ReplaceSlots([renewed], previous: null);
            unlocked = unlocked with { Slot = renewed };
        }

        var ring = new KeyRing(store, unlocked, clock);
        store.SlotUsed(unlocked.Slot.Id, clock.GetUtcNow());
        return ring;
    }

    /// <summary>The record keys at hand.</summary>
    internal SegmentCache Segments { get; } = new();

    /// <summary>How many keys were asked for and are damaged: what was sealed under them cannot be opened.</summary>
    public int Damaged => _damaged.Count;

    /// <summary>For <c>Mask.UseKey</c>: the same for the life of the data folder, so that masked names stay the same over restarts and rotations.</summary>
    public byte[] MaskKey() => Derive(_indexKey, "mask");

    internal byte[] AttachmentNamingKey() => Derive(_indexKey, "attachments");

    /// <summary>Numbers of the slots that were changed since they were made.</summary>
    public IReadOnlyList<int> ChangedSlots() =>
        [.. _store.Slots().Where(slot => !KeySlots.IsOfFirstVersion(slot) && !KeySlots.IsGenuine(slot, _root)).Select(slot => slot.Id)];

    /// <summary>Whether a key of the key database is there and can be unwrapped.</summary>
    public bool Opens(Guid id)
    {
        try
        {
            return ForOpening(id) is not null;
        }
        catch (Exception failure) when (failure is SealException or KeyException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        lock (_slots)
        {
            lock (_lock)
            {
                CryptographicOperations.ZeroMemory(_root);
                CryptographicOperations.ZeroMemory(_indexKey);
                _hmacs.Dispose();
                foreach (var key in _wrappingKeys.Values)
                {
                    CryptographicOperations.ZeroMemory(key);
                }

                foreach (var key in _open.Values)
                {
                    key.Destroy();
                }

                Segments.Clear();

                // A late sealer must find nothing to seal with, rather than zeros.
                _byScope.Clear();
                _open.Clear();
                _wrapped.Clear();
                _disposed = true;
            }
        }
    }

    internal BlindIndex Index(string label, string text)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Hash(label, text);
    }

    internal EpochKey ForSealing(string epochScope)
    {
        if (_byScope.TryGetValue(epochScope, out var known))
        {
            return known;
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _byScope[epochScope] = CurrentOf(EpochName(EpochIndex(epochScope)), EpochScope.EndOf(epochScope));
        }
    }

    internal EpochKey ForOpening(Guid id)
    {
        if (_open.TryGetValue(id, out var known))
        {
            return known;
        }

        lock (_lock)
        {
            return _wrapped.TryGetValue(id, out var wrapped) && wrapped.Epoch != IndexEpoch
                ? OpenKey(wrapped) ?? throw new SealException("the key it was sealed under is damaged: restore keys.db from a backup") { KeyDamaged = true }
                : throw new SealException("the key is not in the key database: destroyed, or of another data folder") { KeyMissing = true };
        }
    }

    // The newest key of the epoch that opens; a fresh one when there is none: a damaged key must not stop what is accepted from now on.
    private EpochKey CurrentOf(string epoch, DateTimeOffset? ends) =>
        _current.TryGetValue(epoch, out var id) && OpenKey(_wrapped[id]) is { } known ? known : OpenNew(epoch, ends);

    // Makes a key and stores it, durably, before anybody can use it.
    private (WrappedKey Wrapped, byte[] Key) Make(string epoch, DateTimeOffset? ends)
    {
        var key = RandomNumberGenerator.GetBytes(KeyWrap.KeyLength);
        var wrapped = new WrappedKey(new Guid(RandomNumberGenerator.GetBytes(16)), _generation, epoch, []) { Ends = ends };
        wrapped = wrapped with { Wrapped = KeyWrap.Wrap(_wrappingKeys[_generation], key, Purpose(wrapped)) };
        _store.AddKey(wrapped);
        _wrapped[wrapped.Id] = wrapped;
        _current[epoch] = wrapped.Id;
        return (wrapped, key);
    }

    private EpochKey OpenNew(string epoch, DateTimeOffset? ends)
    {
        var (wrapped, key) = Make(epoch, ends);
        return _open[wrapped.Id] = ToUse(wrapped, key);
    }

    private EpochKey? OpenKey(WrappedKey wrapped)
    {
        if (_open.TryGetValue(wrapped.Id, out var known))
        {
            return known;
        }

        if (Unwrap(wrapped) is { } key)
        {
            return _open[wrapped.Id] = ToUse(wrapped, key);
        }

        _damaged[wrapped.Id] = true;
        return null;
    }

    private EpochKey ToUse(WrappedKey wrapped, byte[] key) => new(wrapped.Id, EpochOf(wrapped), wrapped.Epoch == _stateEpoch, key);

    private byte[]? Unwrap(WrappedKey key) =>
        _wrappingKeys.TryGetValue(key.Generation, out var wrapping) ? KeyWrap.Unwrap(wrapping, key.Wrapped, Purpose(key)) : null;

    private static byte[] Derive(byte[] from, string label) =>
        HKDF.Expand(HashAlgorithmName.SHA256, from, KeyWrap.KeyLength, Encoding.UTF8.GetBytes("bridge 1 " + label));

    private BlindIndex EpochIndex(string epochScope) => Hash("epoch", epochScope);

    private static string EpochName(BlindIndex epoch) => epoch.Value.ToString("x32", CultureInfo.InvariantCulture);

    private static BlindIndex EpochOf(WrappedKey key) => new(UInt128.Parse(key.Epoch, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    // Bound to the wrapping: a key moved to another id, generation or epoch does not open. In the first generation nothing was said of when it was made.
    private static byte[] Purpose(WrappedKey key) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"bridge key {key.Id:N} {key.Generation} {key.Epoch}{(key.Made == 1 ? "" : $" made in {key.Made}")}"));

    private BlindIndex Hash(string label, string text)
    {
        // Labels are the program's own words and contain no zero byte, so the two cannot run into each other.
        var length = Encoding.UTF8.GetMaxByteCount(label.Length + 1 + text.Length);
        var rented = length > 1024 ? ArrayPool<byte>.Shared.Rent(length) : null;
        var clear = rented ?? stackalloc byte[1024];
        var written = Encoding.UTF8.GetBytes(label, clear);
        clear[written++] = 0;
        written += Encoding.UTF8.GetBytes(text, clear[written..]);
        Span<byte> hash = stackalloc byte[32];
        _hmacs.Hash(clear[..written], hash);
        CryptographicOperations.ZeroMemory(clear[..written]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return new BlindIndex(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
