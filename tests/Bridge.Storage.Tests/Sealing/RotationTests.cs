using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;
using Bridge.Testing.Storage;
using Xunit;

namespace Bridge.Storage.Tests.Sealing;

public sealed class RotationTests : IDisposable
{
    private const string Epoch = "data:home:2026-11-21";
    private const string Passphrase = "four words of mine";
    private static readonly byte[] s_plain = "the lamp is on"u8.ToArray();
    private readonly TestFolder _files = new();

    public void Dispose() => _files.Dispose();

    private static KeySource Key(byte filler = 1) => KeySource.FromKey("key-file", "the test", [.. Enumerable.Repeat(filler, 32)]);

    private KeyRing Open(KeySource? source = null) => KeyRing.Open(SqliteKeyStore.Open(_files.Path), source ?? Key());

    private static void RotateWhole(KeyRing ring)
    {
        ring.BeginRotation();
        while (ring.Rotate(most: 3))
        {
            Assert.True(ring.Rotating);
        }

        Assert.False(ring.Rotating);
    }

    [Fact]
    public void Every_slot_opens_after_a_rotation_and_everything_stays_readable_under_the_same_names()
    {
        var ring = Open();
        var code = RecoveryCode.New();
        ring.AddSlot(KeySource.FromPassphrase("typed", Passphrase));
        ring.AddSlot(KeySource.FromRecoveryCode(code));
        var sealer = new Sealer(ring);
        var envelopes = Enumerable.Range(0, 10).Select(day => sealer.Seal(RecordKind.Event, 7, $"data:home:2026-11-{day + 10}", s_plain)).ToList();
        var (index, mask) = (sealer.Index("address", "home:a"), ring.MaskKey());
        RotateWhole(ring);
        RotateWhole(ring);
        Assert.Equal(3, ring.Generation);
        var later = sealer.Seal(RecordKind.Event, 8, "state", s_plain);
        foreach (var source in (KeySource[])[Key(), KeySource.FromTyped(Passphrase), KeySource.FromTyped(code)])
        {
            var again = Open(source);
            Assert.All(envelopes, envelope => Assert.Equal(s_plain, new Sealer(again).Open(RecordKind.Event, 7, envelope)));
            Assert.Equal(s_plain, new Sealer(again).Open(RecordKind.Event, 8, later));
            Assert.Equal(index, new Sealer(again).Index("address", "home:a"));
            Assert.Equal(mask, again.MaskKey());
        }

        Assert.Throws<KeyException>(() => Open(KeySource.FromTyped("four words of Mine")));
        Assert.Throws<KeyException>(() => Open(KeySource.FromTyped(RecoveryCode.New())));
    }

    [Fact]
    public void A_removed_key_with_an_old_copy_of_the_key_database_opens_nothing_that_is_sealed_after_a_rotation()
    {
        var ring = Open();
        var leaked = ring.AddSlot(Key(2));
        var before = new Sealer(ring).Seal(RecordKind.Event, 7, Epoch, s_plain);
        var copy = Directory.CreateDirectory(_files["copy"]).FullName;
        foreach (var file in Directory.GetFiles(_files.Path))
        {
            File.WriteAllBytes(Path.Combine(copy, Path.GetFileName(file)), RawFiles.Read(file));
        }

        ring.RemoveSlot(leaked);
        RotateWhole(ring);
        var after = new Sealer(ring).Seal(RecordKind.Event, 7, Epoch, s_plain);
        Assert.Equal(after[..18], new Sealer(Open()).Seal(RecordKind.Event, 7, Epoch, s_plain)[..18]); // the new key stays in use
        var thief = new Sealer(KeyRing.Open(SqliteKeyStore.Open(copy), Key(2)));
        Assert.Equal(s_plain, thief.Open(RecordKind.Event, 7, before));
        Assert.Throws<SealException>(() => thief.Open(RecordKind.Event, 7, after));
        Assert.Throws<KeyException>(() => Open(Key(2)));
    }

    [Fact]
    public void Nothing_of_what_a_rotation_or_a_removal_replaced_is_in_any_file()
    {
        var store = SqliteKeyStore.Open(_files.Path);
        var ring = KeyRing.Open(store, Key());
        ring.AddSlot(Key(2));
        for (var day = 10; day < 29; day++)
        {
            new Sealer(ring).Seal(RecordKind.Event, 7, $"data:home:2026-11-{day}", s_plain);
        }

        var old = store.Slots().Select(slot => slot.Wrapped).Concat(store.Keys().Select(key => key.Wrapped)).ToList();
        Assert.All(old, wrapped => Assert.True(RawFiles.Contain(_files.Path, wrapped)));
        ring.BeginRotation();
        var previous = store.PreviousRoot()!.Wrapped;
        Assert.True(RawFiles.Contain(_files.Path, previous));
        while (ring.Rotate(most: 3))
        {
            Assert.NotNull(store.PreviousRoot());
        }

        Assert.All(old.Append(previous), wrapped => Assert.False(RawFiles.Contain(_files.Path, wrapped)));
        var removed = store.Slots()[1];
        ring.RemoveSlot(removed.Id);
        Assert.False(RawFiles.Contain(_files.Path, removed.Wrapped));
        Assert.False(RawFiles.Contain(_files.Path, System.Text.Encoding.UTF8.GetBytes(removed.Parameters)));
    }

    [Fact]
    public async Task Others_seal_and_open_while_it_goes_on()
    {
        var ring = Open();
        var sealer = new Sealer(ring);
        using var enough = new CancellationTokenSource();
        var envelopes = new System.Collections.Concurrent.ConcurrentBag<(int Day, byte[] Envelope)>();
        var working = Enumerable.Range(0, 3).Select(worker => Task.Run(() =>
        {
            for (var round = worker; !enough.IsCancellationRequested; round++)
            {
                var day = round % 40;
                var envelope = sealer.Seal(RecordKind.Event, (UInt128)day, Scope(day), s_plain);
                Assert.Equal(s_plain, sealer.Open(RecordKind.Event, (UInt128)day, envelope));
                if (round % 97 == 0)
                {
                    envelopes.Add((day, envelope));
                }
            }
        })).ToList();
        while (envelopes.IsEmpty)
        {
            await Task.Yield();
        }

        for (var rotation = 0; rotation < 5; rotation++)
        {
            await Task.Run(() => RotateWhole(ring), TestContext.Current.CancellationToken);
        }

        await enough.CancelAsync();
        await Task.WhenAll(working);
        var again = new Sealer(Open());
        Assert.NotEmpty(envelopes);
        Assert.All(envelopes, sealedOne => Assert.Equal(s_plain, again.Open(RecordKind.Event, (UInt128)sealedOne.Day, sealedOne.Envelope)));

        static string Scope(int day) => $"conversation:{day}:2026-11";
    }

    [Fact]
    public void A_rotation_that_stopped_anywhere_opens_and_goes_on()
    {
        var ring = Open();
        var sealer = new Sealer(ring);
        var envelopes = Enumerable.Range(0, 8).Select(day => sealer.Seal(RecordKind.Event, 7, $"data:home:2026-11-{day + 10}", s_plain)).ToList();
        ring.BeginRotation();
        for (var step = 0; ; step++)
        {
            // As if the process had died here.
            var again = Open();
            Assert.Equal(2, again.Generation);
            Assert.All(envelopes, envelope => Assert.Equal(s_plain, new Sealer(again).Open(RecordKind.Event, 7, envelope)));
            if (!again.Rotate(most: 2))
            {
                Assert.True(step > 3);
                break;
            }
        }
    }

    [Fact]
    public void While_another_program_reads_the_key_database_the_ring_follows_what_is_committed()
    {
        var ring = Open();
        var sealer = new Sealer(ring);
        var (before, gone) = (sealer.Seal(RecordKind.Event, 7, Epoch, s_plain), sealer.Seal(RecordKind.Event, 8, "data:home:2026-11-01", s_plain));
        using (var other = Database.OpenReader(_files[SqliteKeyStore.FileName]))
        {
            Database.Run(other, "BEGIN; SELECT count(*) FROM keys");
            Assert.True(Assert.Throws<StoreException>(ring.BeginRotation).Committed);
            Assert.True(Assert.Throws<StoreException>(() => ring.Destroy([Sealer.KeyIdOf(gone)])).Committed);
        }

        Assert.Equal((2, true), (ring.Generation, ring.Rotating));
        Assert.True(Assert.Throws<SealException>(() => sealer.Open(RecordKind.Event, 8, gone)).KeyMissing);
        ring.AddSlot(Key(2));
        Assert.False(ring.Rotate());

        Assert.Equal(s_plain, new Sealer(Open()).Open(RecordKind.Event, 7, before));
        Assert.Equal(s_plain, new Sealer(Open(Key(2))).Open(RecordKind.Event, 7, before));
    }

    [Fact]
    public void A_slot_that_Bridge_did_not_make_gets_no_root_key()
    {
        var store = new MemoryKeyStore();
        var ring = KeyRing.Open(store, Key());
        var foreign = new MemoryKeyStore();
        KeyRing.Open(foreign, Key(2));
        store.AddSlot(foreign.Slots()[0] with { Id = 2 });
        var refused = Assert.Throws<KeyException>(ring.BeginRotation);
        Assert.StartsWith("slot 2 (key-file) was made by an older Bridge, or not by Bridge", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, ring.Generation);
        ring.RemoveSlot(2);
        RotateWhole(ring);
    }

    [Fact]
    public void The_last_slot_and_the_one_in_use_are_not_removed_before_another_is_proved()
    {
        var ring = Open();
        Assert.Contains("the only one", Assert.Throws<KeyException>(() => ring.RemoveSlot(1)).Message, StringComparison.Ordinal);
        var code = RecoveryCode.New();
        Assert.Equal(2, ring.AddSlot(KeySource.FromRecoveryCode(code)));
        Assert.Throws<KeyException>(() => ring.AddSlot(KeySource.FromRecoveryCode(code)));

        var later = Open();
        Assert.Contains("in use", Assert.Throws<KeyException>(() => later.RemoveSlot(1)).Message, StringComparison.Ordinal);
        Assert.Throws<KeyException>(() => later.Prove(KeySource.FromRecoveryCode(RecoveryCode.New())));
        Assert.Equal(2, later.Prove(KeySource.FromRecoveryCode(code)));
        later.RemoveSlot(1);
        Assert.Throws<KeyException>(() => Open());
        var slot = Assert.Single(Open(KeySource.FromTyped(code)).Inventory().Slots);
        Assert.Equal((2, "recovery-code", true), (slot.Id, slot.Kind, slot.InUse));
        Assert.NotNull(slot.UsedAt);
    }

    [Fact]
    public void A_slot_of_the_first_version_is_renewed_when_it_opens()
    {
        var fixture = Path.Combine(AppContext.BaseDirectory, "Fixtures", "store-1-keys-1");
        File.Copy(Path.Combine(fixture, SqliteKeyStore.FileName), _files[SqliteKeyStore.FileName]);
        var key = KeySource.FromText("key-file", "the fixture", File.ReadAllText(Path.Combine(fixture, "bridge.key")));
        RotateWhole(Open(key));
        Assert.Equal(2, Open(key).Generation);
    }
}
