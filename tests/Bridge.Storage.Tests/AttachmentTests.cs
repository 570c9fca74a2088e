using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Attachments;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Backups;
using Bridge.Storage.Checking;
using Bridge.Storage.Tests.Upkeep;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Storage.Tests;

/// <summary>The sealed blob store in a data folder.</summary>
public sealed class AttachmentTests : IAsyncLifetime
{
    private const int Chunk = 64 * 1024;
    private const string Canary = "a canary that must be readable nowhere";
    private static readonly KeySource s_key = KeySource.FromKey("config", "the test", new byte[32]);
    private static readonly IProgress<WorkProgress> s_nobody = new Progress<WorkProgress>();
    private readonly TestFolder _files = new();
    private readonly Telemetry _telemetry = Log.Silent();
    private readonly ManualClock _clock = new();
    private DataFolder _folder = null!;
    private Attachments _attachments = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Files => _files["data/attachments"];

    public async ValueTask InitializeAsync()
    {
        _folder = await DataFolder.OpenAsync(_files["data"], () => s_key, _telemetry, _clock, Ct);
        _attachments = new Attachments(_folder, _telemetry, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _files.Dispose();
        _telemetry.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData((3 * Chunk) + 5)]
    public async Task What_was_stored_is_read_again(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        var stored = await _attachments.Blobs.StoreAsync(new Dribble(bytes), length, Ct);
        Assert.Equal(length, stored.Size);
        await using var content = (await _attachments.Blobs.OpenAsync(stored.Id, Ct))!;
        Assert.Equal(length, content.Length);
        var read = new MemoryStream();
        await content.CopyToAsync(read, Ct);
        Assert.Equal(bytes, read.ToArray());
    }

    [Fact]
    public async Task The_same_bytes_have_one_name_and_one_file()
    {
        var first = await _attachments.StoreAsync("the same");
        Assert.Equal(first, await _attachments.StoreAsync("the same"));
        Assert.NotEqual(first, await _attachments.StoreAsync("others"));
        Assert.Equal(2, Directory.GetFiles(Files).Length);
        Assert.Equal("the same", await _attachments.ReadAsync(first));
    }

    [Fact]
    public async Task A_hundred_names_are_given_at_once()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Task.Run(() => _attachments.StoreAsync($"{number % 50}"))));
        Assert.Equal(50, ids.Distinct().Count());
        Assert.Equal(50, Directory.GetFiles(Files).Length);
    }

    [Fact]
    public async Task Nothing_is_readable_at_rest_not_even_while_it_is_being_written()
    {
        var slow = new Halting(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Canary, 8_000))));
        var storing = _attachments.Blobs.StoreAsync(slow, long.MaxValue, Ct).AsTask();
        await slow.Halted;
        Assert.NotEmpty(Directory.GetFiles(Files));
        Assert.False(RawFiles.Contain(_files.Path, Encoding.UTF8.GetBytes(Canary)));
        slow.GoOn();
        var id = (await storing).Id;
        Assert.False(RawFiles.Contain(_files.Path, Encoding.UTF8.GetBytes(Canary)));
        Assert.StartsWith(Canary, await _attachments.ReadAsync(id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_is_allowed_is_refused_and_nothing_of_it_stays()
    {
        await Assert.ThrowsAsync<BlobTooLargeException>(() => _attachments.Blobs.StoreAsync(new MemoryStream(new byte[Chunk + 1]), Chunk, Ct).AsTask());
        await Assert.ThrowsAsync<IOException>(() => _attachments.Blobs.StoreAsync(new Halting([]) { Failure = new IOException("cut off") }, Chunk, Ct).AsTask());
        Assert.Empty(Directory.GetFiles(Files));
    }

    [Fact]
    public async Task Every_change_of_a_file_is_found_out()
    {
        var id = (await _attachments.Blobs.StoreAsync(new MemoryStream(RandomNumberGenerator.GetBytes((3 * Chunk) + 100)), long.MaxValue, Ct)).Id;
        var path = Directory.GetFiles(Files).Single();
        var sound = await File.ReadAllBytesAsync(path, Ct);
        var random = new Random(5);
        for (var run = 0; run < 60; run++)
        {
            await File.WriteAllBytesAsync(path, Changed(sound, random, run), Ct);
            await Assert.ThrowsAnyAsync<IOException>(() => _attachments.ReadAsync(id));
        }

        await File.WriteAllBytesAsync(path, sound, Ct);
        Assert.NotNull(await _attachments.ReadAsync(id));
    }

    [Fact]
    public async Task A_file_in_the_place_of_another_is_found_out()
    {
        var id = await _attachments.StoreAsync("one");
        var path = Directory.GetFiles(Files).Single();
        await _attachments.StoreAsync("two");
        File.Copy(Directory.GetFiles(Files).Single(other => other != path), path, overwrite: true);
        await Assert.ThrowsAnyAsync<IOException>(() => _attachments.ReadAsync(id));
    }

    [Fact]
    public async Task A_hundred_megabytes_pass_through_little_memory()
    {
        const long length = 100_000_000;
        var content = new Endless(length);
        var stored = await _attachments.Blobs.StoreAsync(content, length, Ct);
        Assert.InRange(content.LargestRead, 1, Chunk);
        await using var opened = (await _attachments.Blobs.OpenAsync(stored.Id, Ct))!;
        var buffer = new byte[10 * Chunk];
        var before = GC.GetAllocatedBytesForCurrentThread();
        long read = 0;
        while (opened.Read(buffer) is > 0 and var count)
        {
            Assert.InRange(count, 1, Chunk);
            read += count;
        }

        Assert.Equal(length, read);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8_000_000);
    }

    [Fact]
    public async Task What_a_crash_left_before_the_row_goes_after_a_day_and_what_has_a_row_stays()
    {
        var id = await _attachments.StoreAsync("kept");
        await _attachments.PostAsync(id);
        var orphan = Path.Combine(Files, "0123");
        await File.WriteAllTextAsync(orphan, "half", Ct);
        File.SetLastWriteTimeUtc(orphan, _clock.GetUtcNow().UtcDateTime);
        await ExpireAsync();
        Assert.True(File.Exists(orphan));
        _clock.Advance(TimeSpan.FromHours(25));
        await ExpireAsync();
        Assert.False(File.Exists(orphan));
        Assert.Equal("kept", await _attachments.ReadAsync(id));
    }

    [Fact]
    public async Task What_no_event_has_named_within_a_day_goes()
    {
        var id = await _attachments.StoreAsync("forgotten");
        _clock.Advance(TimeSpan.FromHours(23));
        await ExpireAsync();
        Assert.NotNull(await _attachments.ReadAsync(id));
        Assert.Equal(id, await _attachments.StoreAsync("forgotten"));
        _clock.Advance(TimeSpan.FromHours(23));
        await ExpireAsync();
        Assert.NotNull(await _attachments.ReadAsync(id));
        _clock.Advance(TimeSpan.FromHours(2));
        await ExpireAsync();
        Assert.Null(await _attachments.ReadAsync(id));
        Assert.Empty(Directory.GetFiles(Files));
    }

    [Fact]
    public async Task Retention_counts_from_the_latest_use_and_leaves_what_is_owed()
    {
        var (old, used, owed) = (await _attachments.StoreAsync("old"), await _attachments.StoreAsync("used again"), await _attachments.StoreAsync("owed"));
        await _attachments.PostAsync(old);
        await _attachments.PostAsync(used);
        await _attachments.PostAsync(owed, DeliveryState.Parked);
        _clock.Advance(TimeSpan.FromDays(10));
        await _attachments.PostAsync(used);
        _clock.Advance(TimeSpan.FromDays(5));
        await ExpireAsync(TimeSpan.FromDays(14));
        Assert.Null(await _attachments.ReadAsync(old));
        Assert.Equal(("used again", "owed"), (await _attachments.ReadAsync(used), await _attachments.ReadAsync(owed)));
    }

    [Fact]
    public async Task A_shredded_event_takes_its_files_along_for_good()
    {
        var id = await _attachments.StoreAsync(Canary);
        var kept = await _attachments.StoreAsync("kept");
        var posted = await _attachments.PostAsync(id);
        await _attachments.PostAsync(kept);
        var row = (await AttachmentRows.FindAsync(_folder.Store, _folder.Sealer, id, Ct))!;
        var sealedRow = (await _folder.Store.FindStateAsync(AttachmentRows.Scope, new BlindIndex(Convert.ToUInt64(id.Value[..16], 16) * (UInt128.One << 64) + Convert.ToUInt64(id.Value[16..], 16)), Ct))!;
        using var shredder = new Shredder(
            _folder.Upkeep, _folder.Keys, _folder.Sealer, new EventAttachments(_folder.Store, _folder.Sealer, _folder.Attachments), () => Task.CompletedTask, _telemetry, _clock);
        Assert.NotNull(await shredder.ShredAsync(posted, alone: false, Ct));
        Assert.Null(await _attachments.ReadAsync(id));
        Assert.False(File.Exists(Path.Combine(Files, row.File)));
        Assert.False(RawFiles.Contain(_files.Path, sealedRow));
        Assert.True(Assert.Throws<SealException>(() => _folder.Sealer.Open(RecordKind.State, 0, sealedRow)).KeyMissing);
        Assert.Equal("kept", await _attachments.ReadAsync(kept));
    }

    [Fact]
    public async Task A_backup_holds_them_and_a_restore_brings_them_back()
    {
        var id = await _attachments.StoreAsync("precious");
        PrivateFiles.MakeFolder(_files["backups"]);
        var made = await Backup.MakeAsync(new BackupOrder(_files["data"], _files["backups"], WithKey: false, "1.2.3"), s_nobody, TimeProvider.System, Ct);
        await CloseAsync();
        var restored = await Restore.RunAsync(new RestoreOrder(made.Folder, _files["restored"], MoveAside: false), s_key, s_nobody, TimeProvider.System, Ct);
        Assert.Empty(restored.Check.Findings);
        _folder = await DataFolder.OpenAsync(_files["restored"], () => s_key, _telemetry, _clock, Ct);
        _attachments = new Attachments(_folder, _telemetry, _clock);
        Assert.Equal("precious", await _attachments.ReadAsync(id));
    }

    [Fact]
    public async Task A_check_reads_every_file_to_its_end()
    {
        await _attachments.StoreAsync("sound");
        await _attachments.Blobs.StoreAsync(new MemoryStream(new byte[2 * Chunk]), long.MaxValue, Ct);
        await CloseAsync();
        Assert.Empty((await FolderCheck.RunAsync(_files["data"], s_key, s_nobody, Ct)).Findings);
        var path = Directory.GetFiles(Files).MaxBy(file => new FileInfo(file).Length)!;
        await using (var file = File.OpenWrite(path))
        {
            file.Seek(-3, SeekOrigin.End);
            file.WriteByte(1);
            file.WriteByte(2);
        }

        File.Delete(Directory.GetFiles(Files).Single(other => other != path));
        var found = (await FolderCheck.RunAsync(_files["data"], s_key, s_nobody, Ct)).Findings;
        Assert.Equal(2, found.Count(finding => finding is { Where: "attachments", IsDamage: true }));
    }

    private static byte[] Changed(byte[] sound, Random random, int run)
    {
        const int sealedChunk = Chunk + 16;
        var changed = sound.ToArray();
        switch (run % 4)
        {
            case 0:
                changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                return changed;
            case 1:
                return changed[..random.Next(changed.Length)];
            case 2:
                sound.AsSpan(1, sealedChunk).CopyTo(changed.AsSpan(1 + sealedChunk));
                sound.AsSpan(1 + sealedChunk, sealedChunk).CopyTo(changed.AsSpan(1));
                return changed;
            default:
                return [.. changed, (byte)run];
        }
    }

    private async Task<int> ExpireAsync(TimeSpan? keep = null) =>
        (await _attachments.Expiry.RunAsync(keep is { } kept ? _clock.GetUtcNow() - kept : DateTimeOffset.MinValue, _clock.GetUtcNow(), Ct)).Gone;

    private async Task CloseAsync()
    {
        await _attachments.DisposeAsync();
        await _folder.DisposeAsync();
    }
}
