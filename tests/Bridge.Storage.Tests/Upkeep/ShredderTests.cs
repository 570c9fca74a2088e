using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Attachments;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Backups;
using Bridge.Storage.Sqlite;
using Xunit;

namespace Bridge.Storage.Tests.Upkeep;

public sealed class ShredderTests : IDisposable
{
    private readonly TestFolder _files = new();
    private readonly Telemetry _telemetry = Log.Silent();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _files.Dispose();
        _telemetry.Dispose();
    }

    private Task<DataFolder> OpenAsync() => DataFolder.OpenAsync(_files["data"], null, name => null, _telemetry, TimeProvider.System, Ct);

    private Shredder NewShredder(DataFolder folder, Func<Task>? settled = null) =>
        new(folder.Upkeep, folder.Keys, folder.Sealer, new EventAttachments(folder.Store, folder.Sealer, folder.Attachments), settled ?? (() => Task.CompletedTask), _telemetry, TimeProvider.System);

    [Fact]
    public async Task A_shredded_event_is_in_no_file_and_nothing_that_is_left_opens_it()
    {
        await using var folder = await OpenAsync();
        var records = new SealedRecords(folder, TimeProvider.System);
        var kept = new List<EventId> { await records.AddAsync("first"), await records.AddAsync("big", length: 200_000) };
        var gone = await records.AddAsync("secret");
        var goneBig = await records.AddAsync("big secret", length: 200_000);
        kept.Add(await records.AddAsync("last"));
        var envelopes = (await records.EnvelopesAsync(gone)).Concat(await records.EnvelopesAsync(goneBig)).ToList();
        var keys = envelopes.Select(envelope => Sealer.KeyIdOf(envelope)).Concat(folder.Keys.StateKeys()).Distinct().Select(id => id.ToByteArray(bigEndian: true)).ToList();
        var wrapped = WrappedKeys();
        using var shredder = NewShredder(folder);
        Assert.Equal((4 + 4 + 4 + 4) + 6, await shredder.ShredAsync(gone, alone: false, Ct)); // the others' envelopes, and the state with the word that pairs the databases
        Assert.NotNull(await shredder.ShredAsync(goneBig, alone: false, Ct));
        Assert.Null(await shredder.ShredAsync(gone, alone: false, Ct));

        // Neither ciphertext, nor the id or wrapped bytes of a key it was under.
        Assert.All(envelopes, envelope => Assert.False(RawFiles.Contain(_files.Path, envelope.AsSpan(^64..))));
        Assert.All(wrapped, bytes => Assert.False(RawFiles.Contain(_files.Path, bytes)));
        Assert.All(keys, id => Assert.False(RawFiles.Read(_files["data/keys.db"]).AsSpan().IndexOf(id) >= 0));
        Assert.All(envelopes, envelope => Assert.True(Assert.Throws<SealException>(() => folder.Sealer.Open(RecordKind.Event, RecordId.Of(gone), envelope)).KeyMissing));
        Assert.Null(await folder.Store.FindEventAsync(gone, Ct));
        Assert.Empty(await folder.Store.DeliveriesOfAsync(gone, Ct));
        Assert.NotNull((await folder.Upkeep.FindShredAsync(gone, Ct))!.DoneAt);
        Assert.True(await records.IsClaimedAsync(gone));
        Assert.Equal("body first, body big, body last", string.Join(", ", await Task.WhenAll(kept.Select(records.ReadAsync))));

        byte[][] WrappedKeys()
        {
            using var connection = Database.OpenReader(_files["data/keys.db"]);
            using var select = new Statement(connection, "SELECT wrapped FROM keys WHERE epoch <> 'index'");
            using var rows = select.Query();
            var all = new List<byte[]>();
            while (rows.Read())
            {
                all.Add(rows.Bytes(0));
            }

            return [.. all];
        }
    }

    [Fact]
    public async Task What_is_still_owed_is_not_shredded_while_others_work()
    {
        await using var folder = await OpenAsync();
        var records = new SealedRecords(folder, TimeProvider.System);
        var owed = await records.AddAsync("owed", DeliveryState.Pending);
        using var shredder = NewShredder(folder);
        await Assert.ThrowsAsync<StoreException>(() => shredder.ShredAsync(owed, alone: false, Ct));
        Assert.Equal("body owed", await records.ReadAsync(owed));
        Assert.NotNull(await shredder.ShredAsync(owed, alone: true, Ct));
        Assert.DoesNotContain(await folder.Store.CountDeliveriesAsync(Ct), count => count.Value != 0);
    }

    [Fact]
    public async Task A_page_of_big_bodies_ends_after_some_megabytes_and_the_walk_finds_all_of_them()
    {
        await using var folder = await OpenAsync();
        var records = new SealedRecords(folder, TimeProvider.System);
        var ids = new List<EventId>();
        for (var number = 0; number < 6; number++)
        {
            ids.Add(await records.AddAsync("big", length: 2_000_000));
        }

        var keys = (await records.EnvelopesAsync(ids[0])).Select(envelope => Sealer.KeyIdOf(envelope)).Distinct().ToList();
        var found = new List<SealedRecord>();
        for (SealedPlace? place = default(SealedPlace); place is { } from;)
        {
            var page = await folder.Upkeep.SealedUnderAsync(keys, from, Ct);
            Assert.InRange(page.Records.Sum(record => record.Envelope.LongLength), 0, 6_500_000);
            found.AddRange(page.Records);
            place = page.Next;
        }

        Assert.Equal(6 * 4, found.Count);
        Assert.Equal(ids.Select(RecordId.Of), found.Where(record => record.Kind == RecordKind.Event).Select(record => record.Id));
    }

    [Fact]
    public async Task Numbers_that_a_restore_left_out_are_not_walked_through()
    {
        await using var folder = await OpenAsync();
        var records = new SealedRecords(folder, TimeProvider.System);
        var before = await records.AddAsync("before");
        records.LeaveOut(1_000_000_000);
        var after = await records.AddAsync("after");
        var keys = (await records.EnvelopesAsync(before)).Concat(await records.EnvelopesAsync(after)).Select(envelope => Sealer.KeyIdOf(envelope)).Distinct().ToList();
        var (found, pages) = (new List<SealedRecord>(), 0);
        for (SealedPlace? place = default(SealedPlace); place is { } from && pages < 100; pages++)
        {
            var page = await folder.Upkeep.SealedUnderAsync(keys, from, Ct);
            found.AddRange(page.Records);
            place = page.Next;
        }

        Assert.InRange(pages, 1, 6);
        Assert.Equal([RecordId.Of(before), RecordId.Of(after)], found.Where(record => record.Kind == RecordKind.Event).Select(record => record.Id));
    }

    [Fact]
    public async Task Under_load_nothing_else_is_lost_and_a_backup_made_afterwards_has_nothing_of_it()
    {
        var kept = new ConcurrentDictionary<EventId, string>();
        var shredded = new List<(EventId Id, IReadOnlyList<byte[]> Envelopes)>();
        await using (var folder = await OpenAsync())
        {
            await using var writer = new StoreWriter(folder.Store, _telemetry, TimeProvider.System);
            var records = new SealedRecords(folder, TimeProvider.System);
            using var enough = new CancellationTokenSource();
            var turns = Enumerable.Range(0, 3).Select(_ => new SemaphoreSlim(1)).ToList();
            var loads = turns.Select(turn => Task.Run(() => LoadAsync(writer, records, kept, turn, enough.Token), Ct)).ToList();
            using var shredder = NewShredder(folder, () => SettledAsync(turns));
            for (var round = 0; round < 6; round++)
            {
                while (kept.Count < 40 * (round + 1))
                {
                    await Task.Yield();
                }

                var id = kept.Keys.Order(Comparer<EventId>.Create((x, y) => x.Value.CompareTo(y.Value))).ElementAt(round * 7);
                shredded.Add((id, await records.EnvelopesAsync(id)));
                Assert.NotNull(await shredder.ShredAsync(id, alone: false, Ct));
                Assert.True(kept.TryRemove(id, out _));
            }

            await enough.CancelAsync();
            await Task.WhenAll(loads);
            foreach (var (id, text) in kept)
            {
                Assert.Equal($"body {text}", await records.ReadAsync(id));
            }
        }

        var backup = await Backup.MakeAsync(
            new BackupOrder(_files["data"], _files["backups"], WithKey: true, "test"), new Progress<WorkProgress>(), TimeProvider.System, Ct);
        await using var copy = await DataFolder.OpenAsync(backup.Folder, null, name => null, _telemetry, TimeProvider.System, Ct);
        foreach (var (id, envelopes) in shredded)
        {
            Assert.Null(await copy.Store.FindEventAsync(id, Ct));
            Assert.All(envelopes, envelope => Assert.Throws<SealException>(() => copy.Sealer.Open(RecordKind.Event, RecordId.Of(id), envelope)));
            Assert.All(envelopes, envelope => Assert.False(RawFiles.Contain(backup.Folder, envelope.AsSpan(^32..))));
        }

        Assert.Equal(kept.Count, (await copy.Store.CountDeliveriesAsync(Ct))[DeliveryState.Delivered]);
    }

    [Fact]
    public async Task Kill_9_leaves_each_event_whole_or_shredded_and_never_loses_another()
    {
        var texts = new Dictionary<EventId, string>();
        await using (var folder = await OpenAsync())
        {
            var records = new SealedRecords(folder, TimeProvider.System);
            for (var number = 0; number < 60; number++)
            {
                texts.Add(await records.AddAsync($"event {number}", length: number % 10 == 0 ? 80_000 : 200), $"event {number}");
            }
        }

        var random = new Random(11);
        for (var kill = 0; kill < 5; kill++)
        {
            using var child = Child.Start("shred", _files["data"]);
            await child.StandardOutput.ReadLineAsync(Ct);
            for (var lines = random.Next(0, 5); lines > 0; lines--)
            {
                await child.StandardOutput.ReadLineAsync(Ct);
            }

            // Somewhere in the middle of the next one.
            await Task.Run(() => Thread.SpinWait(random.Next(2_000_000)), Ct);
            child.Kill();
            await child.StandardOutput.ReadToEndAsync(Ct);
            await child.WaitForExitAsync(Ct);
            await using var folder = await OpenAsync();
            var records = new SealedRecords(folder, TimeProvider.System);
            using var shredder = NewShredder(folder);
            await shredder.ResumeAsync(Ct);
            foreach (var (id, text) in texts)
            {
                var read = await records.ReadAsync(id);
                Assert.Equal(read is null, await folder.Upkeep.FindShredAsync(id, Ct) is { DoneAt: not null });
                Assert.True(read is null || read == $"body {text}");
            }
        }
    }

    private static async Task LoadAsync(
        StoreWriter writer, SealedRecords records, ConcurrentDictionary<EventId, string> kept, SemaphoreSlim turn, CancellationToken enough)
    {
        for (var number = 0; !enough.IsCancellationRequested && number < 1_500; number++)
        {
            await turn.WaitAsync(CancellationToken.None);
            var text = $"load {number}";
            var (id, changes) = records.Make(text, length: number % 100 == 0 ? 70_000 : 100);
            await writer.WriteAsync(changes);
            kept[id] = text;
            turn.Release();
        }
    }

    // What a load has sealed and not yet stored is stored when it gives up its turn.
    private static async Task SettledAsync(IEnumerable<SemaphoreSlim> turns)
    {
        foreach (var turn in turns)
        {
            await turn.WaitAsync(Ct);
            turn.Release();
        }
    }
}
