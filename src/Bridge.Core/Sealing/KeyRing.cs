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
public sealed class KeyRing : IDisposable
{
    private const string IndexEpoch = "index";
    private readonly Lock _lock = new();
    private readonly IKeyStore _store;
    private readonly byte[] _root;
    private readonly byte[] _indexKey;
    private readonly IndexHash _hmacs;
    private readonly Dictionary<Guid, WrappedKey> _wrapped;
    private readonly Dictionary<string, Guid> _current = [];
    private readonly ConcurrentDictionary<Guid, EpochKey> _open = new();
    private readonly ConcurrentDictionary<string, EpochKey> _byScope = new(StringComparer.Ordinal);
    private int _generation;
    private byte[] _wrappingKey;
    private bool _disposed;

    private KeyRing(IKeyStore store, byte[] root)
    {
        _store = store;
        _root = root;
        var keys = store.Keys();
        _wrapped = keys.ToDictionary(key => key.Id);
        _generation = keys.Count == 0 ? 1 : keys.Max(key => key.Generation);
        _wrappingKey = WrappingKey(_generation);
        foreach (var key in keys)
        {
            _current[key.Epoch] = key.Id;
        }

        _indexKey = _current.TryGetValue(IndexEpoch, out var id) ? Unwrap(_wrapped[id]) : Make(IndexEpoch).Key;
        _hmacs = new IndexHash(_indexKey);
    }

    /// <summary>Unlocks with one source. An empty key database gets its first slot and a fresh root key. Throws <see cref="KeyException"/> on a wrong key.</summary>
    public static KeyRing Open(IKeyStore store, KeySource source) => new(store, KeySlots.Unlock(store, source));

    /// <summary>The record keys at hand.</summary>
    internal SegmentCache Segments { get; } = new();

    /// <summary>Generation of the key-encryption key.</summary>
    public int Generation => _generation;

    /// <summary>For <c>Mask.UseKey</c>: the same for the life of the data folder, so that masked names stay the same over restarts.</summary>
    public byte[] MaskKey() => Derive("mask");

    /// <summary>Another source that opens this data folder from now on.</summary>
    public void AddSlot(KeySource source)
    {
        lock (_lock)
        {
            KeySlots.Add(_store, source, _root);
        }
    }

    /// <summary>Begins a new generation: every key is rewrapped. What is sealed stays as it is and stays readable.</summary>
    public void Rotate()
    {
        lock (_lock)
        {
            var next = WrappingKey(_generation + 1);
            var rewrapped = _wrapped.Values.Select(key =>
            {
                var clear = Unwrap(key);
                var moved = key with { Generation = _generation + 1 };
                moved = moved with { Wrapped = KeyWrap.Wrap(next, clear, Purpose(moved)) };
                CryptographicOperations.ZeroMemory(clear);
                return moved;
            }).ToList();
            _store.Rewrap(rewrapped);
            rewrapped.ForEach(key => _wrapped[key.Id] = key);
            CryptographicOperations.ZeroMemory(_wrappingKey);
            (_wrappingKey, _generation) = (next, _generation + 1);
        }
    }

    /// <summary>Destroys every key of an epoch: what was sealed under it is unreadable for ever, here and in copies made from now on.</summary>
    public void Destroy(string epochScope)
    {
        lock (_lock)
        {
            var epoch = EpochName(EpochIndex(epochScope));
            var ids = _wrapped.Values.Where(key => key.Epoch == epoch).Select(key => key.Id).ToList();
            _store.DestroyKeys(ids);
            _current.Remove(epoch);
            _byScope.TryRemove(epochScope, out _);
            foreach (var id in ids)
            {
                _wrapped.Remove(id);
                if (_open.TryRemove(id, out var key))
                {
                    key.Destroy();
                }
            }

            Segments.Clear();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            CryptographicOperations.ZeroMemory(_root);
            CryptographicOperations.ZeroMemory(_wrappingKey);
            CryptographicOperations.ZeroMemory(_indexKey);
            _hmacs.Dispose();
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
            var epoch = EpochIndex(epochScope);
            var name = EpochName(epoch);
            var key = _current.TryGetValue(name, out var id) ? OpenKey(id) : OpenNew(name);
            return _byScope[epochScope] = key;
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
                ? OpenKey(id)
                : throw new SealException("the key is not in the key database: destroyed by retention, or of another data folder") { KeyMissing = true };
        }
    }

    // Makes a key and stores it, durably, before anybody can use it.
    private (WrappedKey Wrapped, byte[] Key) Make(string epoch)
    {
        var key = RandomNumberGenerator.GetBytes(KeyWrap.KeyLength);
        var wrapped = new WrappedKey(new Guid(RandomNumberGenerator.GetBytes(16)), _generation, epoch, []);
        wrapped = wrapped with { Wrapped = KeyWrap.Wrap(_wrappingKey, key, Purpose(wrapped)) };
        _store.AddKey(wrapped);
        _wrapped[wrapped.Id] = wrapped;
        _current[epoch] = wrapped.Id;
        return (wrapped, key);
    }

    private EpochKey OpenNew(string epoch)
    {
        var (wrapped, key) = Make(epoch);
        return _open[wrapped.Id] = new EpochKey(wrapped.Id, EpochOf(wrapped), key);
    }

    private EpochKey OpenKey(Guid id) =>
        _open.GetOrAdd(id, static (id, ring) => new EpochKey(id, EpochOf(ring._wrapped[id]), ring.Unwrap(ring._wrapped[id])), this);

    private byte[] Unwrap(WrappedKey key) =>
        (key.Generation == _generation ? KeyWrap.Unwrap(_wrappingKey, key.Wrapped, Purpose(key)) : null)
            ?? throw new KeyException("the key database is damaged: one of its keys does not open; restore its backup");

    private byte[] WrappingKey(int generation) => Derive(string.Create(CultureInfo.InvariantCulture, $"key-encryption {generation}"));

    private byte[] Derive(string label) =>
        HKDF.Expand(HashAlgorithmName.SHA256, _root, KeyWrap.KeyLength, Encoding.UTF8.GetBytes("bridge 1 " + label));

    private BlindIndex EpochIndex(string epochScope) => Hash("epoch", epochScope);

    private static string EpochName(BlindIndex epoch) => epoch.Value.ToString("x32", CultureInfo.InvariantCulture);

    private static BlindIndex EpochOf(WrappedKey key) => new(UInt128.Parse(key.Epoch, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    // Bound to the wrapping: a key moved to another id, generation or epoch does not open.
    private static byte[] Purpose(WrappedKey key) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"bridge key {key.Id:N} {key.Generation} {key.Epoch}"));

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
