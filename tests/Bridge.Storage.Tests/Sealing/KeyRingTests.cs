using System.Collections;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;
using Bridge.Testing.Storage;
using Xunit;

namespace Bridge.Storage.Tests.Sealing;

public sealed class KeyRingTests : IDisposable
{
    private const string Epoch = "data:home:2026-11-21";
    private static readonly byte[] s_plain = "the lamp is on"u8.ToArray();
    private readonly TestFolder _files = new();

    public void Dispose() => _files.Dispose();

    private static KeySource Source(byte filler = 1, string kind = "config") =>
        KeySource.FromKey(kind, "the test", [.. Enumerable.Repeat(filler, 32)]);

    private KeyRing Open(KeySource? source = null) => KeyRing.Open(SqliteKeyStore.Open(_files.Path), source ?? Source());

    [Fact]
    public void What_was_sealed_opens_after_a_restart_and_names_stay_the_same()
    {
        var first = Open();
        var envelope = new Sealer(first).Seal(RecordKind.Event, 7, Epoch, s_plain);
        var (index, mask) = (new Sealer(first).Index("address", "home:a"), first.MaskKey());
        var second = Open();
        Assert.Equal(s_plain, new Sealer(second).Open(RecordKind.Event, 7, envelope));
        Assert.Equal(index, new Sealer(second).Index("address", "home:a"));
        Assert.Equal(mask, second.MaskKey());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_a_source_is_tried_on_the_slots_others_seal(bool adds)
    {
        var store = new FailingKeyStore();
        var keys = KeyRing.Open(store, Source());
        using var gate = new ManualResetEventSlim();
        store.Gate = gate;
        var trying = Task.Run(() => adds ? keys.AddSlot(Source(2)) : keys.Prove(Source()), TestContext.Current.CancellationToken);
        await store.Reading.Task;
        await Task.Run(() => new Sealer(keys).Seal(RecordKind.Event, 7, Epoch, s_plain), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(trying.IsCompleted);
        gate.Set();
        Assert.Equal(adds ? 2 : 1, await trying);
    }

    [Fact]
    public void A_key_is_in_the_key_database_before_anything_is_sealed_under_it()
    {
        var store = new FailingKeyStore();
        var sealer = new Sealer(KeyRing.Open(store, Source()));
        store.Fails = true;
        Assert.Throws<StoreException>(() => sealer.Seal(RecordKind.Event, 7, Epoch, s_plain));
        store.Fails = false;
        var envelope = sealer.Seal(RecordKind.Event, 7, Epoch, s_plain);
        Assert.Contains(store.Inner.Keys(), key => key.Id == new Guid(envelope.AsSpan(2, 16), bigEndian: true));
        Assert.Equal(s_plain, new Sealer(KeyRing.Open(store.Inner, Source())).Open(RecordKind.Event, 7, envelope));
    }

    [Fact]
    public void One_epoch_has_one_key_and_two_have_two()
    {
        var store = new MemoryKeyStore();
        var sealer = new Sealer(KeyRing.Open(store, Source()));
        var before = store.Keys().Count;
        for (var run = 0; run < 5; run++)
        {
            sealer.Seal(RecordKind.Event, 7, Epoch, s_plain);
            sealer.Seal(RecordKind.Event, 7, "state", s_plain);
        }

        Assert.Equal(before + 2, store.Keys().Count);
        Assert.DoesNotContain(store.Keys(), key => key.Epoch.Contains("home", StringComparison.Ordinal));
    }

    [Fact]
    public void A_destroyed_epoch_is_unreadable_and_its_key_is_in_no_file()
    {
        var store = SqliteKeyStore.Open(_files.Path);
        var ring = KeyRing.Open(store, Source());
        var sealer = new Sealer(ring);
        var kept = sealer.Seal(RecordKind.Event, 7, "state", s_plain);
        var gone = sealer.Seal(RecordKind.Event, 7, Epoch, s_plain);
        var wrapped = store.Keys().Single(key => key.Id == new Guid(gone.AsSpan(2, 16), bigEndian: true)).Wrapped;
        Assert.True(IsInAnyFile(wrapped));
        ring.Destroy([new Guid(gone.AsSpan(2, 16), bigEndian: true)]);
        Assert.False(IsInAnyFile(wrapped));
        Assert.True(Assert.Throws<SealException>(() => sealer.Open(RecordKind.Event, 7, gone)).KeyMissing);
        Assert.Equal(s_plain, sealer.Open(RecordKind.Event, 7, kept));
        var anew = sealer.Seal(RecordKind.Event, 7, Epoch, s_plain);
        Assert.Equal(s_plain, new Sealer(Open()).Open(RecordKind.Event, 7, anew));
        Assert.Throws<SealException>(() => new Sealer(Open()).Open(RecordKind.Event, 7, gone));

        bool IsInAnyFile(byte[] bytes) => RawFiles.Contain(_files.Path, bytes);
    }

    [Fact]
    public void A_second_slot_opens_the_same_keys()
    {
        var ring = Open();
        var envelope = new Sealer(ring).Seal(RecordKind.Event, 7, Epoch, s_plain);
        ring.AddSlot(Source(2, "credential"));
        Assert.Equal(s_plain, new Sealer(Open(Source(2, "credential"))).Open(RecordKind.Event, 7, envelope));
        Assert.Contains("config, credential", Assert.Throws<KeyException>(() => Open(Source(3))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_or_key_with_any_byte_changed_does_not_open()
    {
        var store = new MemoryKeyStore();
        KeyRing.Open(store, Source());
        var (slot, key) = (store.Slots()[0], store.Keys()[0]);
        for (var at = 0; at < slot.Wrapped.Length; at++)
        {
            var damaged = new MemoryKeyStore();
            damaged.AddSlot(slot with { Wrapped = Changed(slot.Wrapped, at) });
            Assert.Throws<KeyException>(() => KeyRing.Open(damaged, Source()));
        }

        for (var at = 0; at < key.Wrapped.Length; at++)
        {
            var damaged = new MemoryKeyStore();
            damaged.AddSlot(slot);
            damaged.AddKey(key with { Wrapped = Changed(key.Wrapped, at) });
            Assert.Throws<KeyException>(() => KeyRing.Open(damaged, Source()));
        }

        static byte[] Changed(byte[] bytes, int at)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 1;
            return changed;
        }
    }

    [Fact]
    public void A_damaged_epoch_key_is_told_apart_and_stops_nothing_new()
    {
        var store = new MemoryKeyStore();
        var gone = new Sealer(KeyRing.Open(store, Source())).Seal(RecordKind.Event, 7, Epoch, s_plain);
        var key = store.Keys()[^1];
        store.Rewrap([key with { Wrapped = key.Wrapped.Reverse().ToArray() }]);
        var ring = KeyRing.Open(store, Source());
        var sealer = new Sealer(ring);
        var refused = Assert.Throws<SealException>(() => sealer.Open(RecordKind.Event, 7, gone));
        Assert.Equal((true, false, 1), (refused.KeyDamaged, refused.KeyMissing, ring.Damaged));
        Assert.Equal(s_plain, sealer.Open(RecordKind.Event, 8, sealer.Seal(RecordKind.Event, 8, Epoch, s_plain)));
        ring.BeginRotation();
        Assert.False(ring.Rotate());
        Assert.Throws<SealException>(() => new Sealer(KeyRing.Open(store, Source())).Open(RecordKind.Event, 7, gone));
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    public void A_key_that_is_none_is_refused_without_showing_it(string text)
    {
        var refused = Assert.Throws<KeyException>(() => KeySource.FromText("config", "storage.encryption.key", text));
        Assert.Contains("openssl rand -hex 32", refused.Message, StringComparison.Ordinal);
        Assert.True(text.Length == 0 || !refused.Message.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_reads_the_same_as_hexadecimal_and_base64()
    {
        var key = SampleRows.Bytes(1, 32);
        var store = new MemoryKeyStore();
        KeyRing.Open(store, KeySource.FromText("config", "here", Convert.ToHexString(key) + "\n"));
        KeyRing.Open(store, KeySource.FromText("config", "here", Convert.ToBase64String(key)));
        KeyRing.Open(store, KeySource.FromText("config", "here", Convert.ToHexStringLower(key)));
    }

    [Fact]
    public void A_closed_ring_seals_nothing()
    {
        var ring = MemoryKeyStore.NewKeyRing();
        var sealer = new Sealer(ring);
        var envelope = sealer.Seal(RecordKind.Event, 7, Epoch, s_plain);
        ring.Dispose();
        Assert.ThrowsAny<Exception>(() => sealer.Seal(RecordKind.Event, 7, Epoch, s_plain));
        Assert.ThrowsAny<Exception>(() => sealer.Open(RecordKind.Event, 7, envelope));
        Assert.ThrowsAny<Exception>(() => sealer.Index("address", "home:a"));
    }

    private sealed class FailingKeyStore : IKeyStore
    {
        public MemoryKeyStore Inner { get; } = new();

        public bool Fails { get; set; }

        /// <summary>While not null, who reads the slots waits at the first one.</summary>
        public ManualResetEventSlim? Gate { get; set; }

        public TaskCompletionSource Reading { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<KeySlot> Slots() => Gate is { } gate ? new GatedSlots(Inner.Slots(), gate, Reading) : Inner.Slots();

        public void AddSlot(KeySlot slot) => Inner.AddSlot(slot);

        public void ReplaceSlots(IReadOnlyList<KeySlot> slots, WrappedRoot? previous) => Inner.ReplaceSlots(slots, previous);

        public void RemoveSlot(int id) => Inner.RemoveSlot(id);

        public void SlotUsed(int id, DateTimeOffset at) => Inner.SlotUsed(id, at);

        public WrappedRoot? PreviousRoot() => Inner.PreviousRoot();

        public void ForgetPreviousRoot() => Inner.ForgetPreviousRoot();

        public IReadOnlyList<WrappedKey> Keys() => Inner.Keys();

        public void AddKey(WrappedKey key)
        {
            if (Fails)
            {
                throw new StoreException("the disk is full") { DiskFull = true };
            }

            Inner.AddKey(key);
        }

        public void Rewrap(IReadOnlyList<WrappedKey> keys) => Inner.Rewrap(keys);

        public void DestroyKeys(IReadOnlyList<Guid> ids) => Inner.DestroyKeys(ids);

        public ValueTask DisposeAsync() => Inner.DisposeAsync();
    }

    private sealed class GatedSlots(IReadOnlyList<KeySlot> slots, ManualResetEventSlim gate, TaskCompletionSource reading) : IReadOnlyList<KeySlot>
    {
        public int Count => slots.Count;

        public KeySlot this[int index] => slots[index];

        public IEnumerator<KeySlot> GetEnumerator()
        {
            reading.TrySetResult();
            gate.Wait(TimeSpan.FromSeconds(30));
            return slots.GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
