using System.Text;
using Bridge.Core.Sealing;
using Bridge.Testing.Storage;
using Xunit;

namespace Bridge.Storage.Tests.Sealing;

public sealed class SealerTests : IDisposable
{
    private const string Epoch = "data:home:2026-11-21";
    private readonly KeyRing _keys = MemoryKeyStore.NewKeyRing();
    private readonly Sealer _sealer;

    public SealerTests() => _sealer = new Sealer(_keys);

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void Opening_undoes_sealing_for_any_record()
    {
        var random = new Random(1);
        for (var run = 0; run < 500; run++)
        {
            var plain = new byte[random.Next(0, 2_000)];
            random.NextBytes(plain);
            var kind = (RecordKind)random.Next(1, 7);
            var id = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64());
            var envelope = _sealer.Seal(kind, id, $"data:e{random.Next(5)}:2026-11-21", plain);
            Assert.Equal(plain.Length + Sealer.Overhead, envelope.Length);
            Assert.Equal(plain, _sealer.Open(kind, id, envelope));
        }
    }

    /// <summary>Each segment costs a key of its own when it is opened, and the rules' memory and the state of endpoints are read whole at each start.</summary>
    [Fact]
    public void Conversations_do_not_scatter_what_lasts_over_segments()
    {
        HashSet<string> segments = [];
        for (var i = 0; i < 1_000; i++)
        {
            _sealer.Seal(RecordKind.Event, (UInt128)i, $"conversation:{i:x32}:2026-11", "hello"u8);
            segments.Add(Convert.ToHexString(_sealer.Seal(RecordKind.State, (UInt128)i, EpochScope.State, "a ghost"u8).AsSpan(18, 16)));
        }

        Assert.Single(segments);
    }

    [Fact]
    public void An_envelope_with_any_bit_changed_does_not_open()
    {
        var envelope = _sealer.Seal(RecordKind.Event, 7, Epoch, "the lamp is on"u8);
        for (var at = 0; at < envelope.Length; at++)
        {
            for (var bit = 1; bit < 256; bit <<= 1)
            {
                var changed = envelope.ToArray();
                changed[at] ^= (byte)bit;
                Assert.Throws<SealException>(() => _sealer.Open(RecordKind.Event, 7, changed));
            }
        }
    }

    [Fact]
    public void A_shortened_or_lengthened_envelope_does_not_open()
    {
        var envelope = _sealer.Seal(RecordKind.Event, 7, Epoch, "the lamp is on"u8);
        for (var length = 0; length < envelope.Length; length++)
        {
            Assert.Throws<SealException>(() => _sealer.Open(RecordKind.Event, 7, envelope.AsSpan(0, length)));
        }

        Assert.Throws<SealException>(() => _sealer.Open(RecordKind.Event, 7, [.. envelope, 0]));
    }

    [Fact]
    public void Random_bytes_never_open_and_never_fail_otherwise()
    {
        var random = new Random(2);
        var valid = _sealer.Seal(RecordKind.Event, 7, Epoch, "the lamp is on"u8);
        for (var run = 0; run < 2_000; run++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            valid.AsSpan(0, Math.Min(random.Next(0, 19), bytes.Length)).CopyTo(bytes);
            Assert.Throws<SealException>(() => _sealer.Open(RecordKind.Event, 7, bytes));
        }
    }

    [Fact]
    public void An_envelope_opens_only_as_the_record_it_was_sealed_for()
    {
        var envelope = _sealer.Seal(RecordKind.Content, 7, Epoch, "the lamp is on"u8);
        Assert.Throws<SealException>(() => _sealer.Open(RecordKind.Progress, 7, envelope));
        Assert.Throws<SealException>(() => _sealer.Open(RecordKind.Content, 8, envelope));
    }

    [Fact]
    public void Sealing_the_same_twice_looks_different()
    {
        var first = _sealer.Seal(RecordKind.Event, 7, Epoch, "the lamp is on"u8);
        Assert.NotEqual(first, _sealer.Seal(RecordKind.Event, 7, Epoch, "the lamp is on"u8));
        Assert.Equal(-1, first.AsSpan().IndexOf("lamp"u8));
    }

    [Fact]
    public void One_text_has_one_index_per_label()
    {
        Assert.Equal(_sealer.Index("address", "home:a"), _sealer.Index("address", "home:a"));
        Assert.NotEqual(_sealer.Index("address", "home:a"), _sealer.Index("native", "home:a"));
        Assert.NotEqual(_sealer.Index("address", "home:a"), _sealer.Index("address", "home:b"));
        Assert.NotEqual(_sealer.Index("address", "home:a"), MemoryKeyStore.NewSealer().Index("address", "home:a"));
    }

    [Fact]
    public async Task Many_threads_seal_and_open_new_epochs_at_once()
    {
        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, (run, _) =>
        {
            var plain = Encoding.UTF8.GetBytes($"run {run}");
            var envelope = _sealer.Seal(RecordKind.Event, (UInt128)run, $"data:e{run % 7}:2026-11-21", plain);
            Assert.Equal(plain, _sealer.Open(RecordKind.Event, (UInt128)run, envelope));
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void No_two_envelopes_share_a_key_and_a_nonce()
    {
        var envelopes = new string[5_000];
        Parallel.For(0, envelopes.Length, run =>
            envelopes[run] = Convert.ToHexString(_sealer.Seal(RecordKind.Event, (UInt128)run, $"data:e{run % 3}:2026-11-21", "on"u8), 18, 20));
        Assert.Equal(envelopes.Length, envelopes.Distinct().Count());
    }

    [Fact]
    public void What_was_sealed_in_more_epochs_than_are_kept_at_hand_opens()
    {
        var envelopes = Enumerable.Range(0, 1_000).Select(run => _sealer.Seal(RecordKind.Event, (UInt128)run, $"data:e{run}:2026-11-21", [(byte)run])).ToList();
        Assert.All(envelopes, (envelope, run) => Assert.Equal([(byte)run], _sealer.Open(RecordKind.Event, (UInt128)run, envelope)));
    }

    [Fact]
    public void A_destroyed_epoch_neither_opens_nor_seals_under_its_old_key()
    {
        var before = _sealer.Seal(RecordKind.Event, 7, Epoch, "on"u8);
        _sealer.Open(RecordKind.Event, 7, before);
        _keys.Destroy([Sealer.KeyIdOf(before)]);
        Assert.True(Assert.Throws<SealException>(() => _sealer.Open(RecordKind.Event, 7, before)).KeyMissing);
        Assert.NotEqual(before[2..18], _sealer.Seal(RecordKind.Event, 7, Epoch, "on"u8)[2..18]);
    }
}
