using System.Globalization;
using Bridge.Core;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Backups;
using Bridge.Storage.Sqlite;
using Bridge.Testing.Storage;
using Xunit;

namespace Bridge.Storage.Tests;

public sealed class BackupTests : IDisposable
{
    private static readonly IProgress<WorkProgress> s_nobody = new Progress<WorkProgress>();
    private readonly TestFolder _files = new();
    private readonly Telemetry _telemetry = Log.Silent();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _files.Dispose();
        _telemetry.Dispose();
    }

    private Task<MadeBackup> BackUpAsync(bool withKey = false, CancellationToken? stop = null) =>
        Backup.MakeAsync(new BackupOrder(_files["data"], _files["backups"], withKey, "1.2.3"), s_nobody, TimeProvider.System, stop ?? Ct);

    private Task<DataFolder> OpenAsync(string path) => DataFolder.OpenAsync(path, null, name => null, _telemetry, TimeProvider.System, Ct);

    private async Task FillAsync(params long[] numbers)
    {
        await using var folder = await OpenAsync(_files["data"]);
        foreach (var number in numbers)
        {
            await folder.Store.CommitAsync(Child.Changes(folder.Sealer, number, number % 50 == 0 ? 100_000 : 300), Ct);
        }
    }

    [Fact]
    public async Task A_backup_under_load_holds_all_that_was_acknowledged_before_it_began_and_all_of_it_opens()
    {
        using var child = Child.Start("write", _files["data"]);
        var acknowledged = 0L;
        while (acknowledged < 1_000)
        {
            acknowledged = long.Parse((await child.StandardOutput.ReadLineAsync(Ct))!, CultureInfo.InvariantCulture);
        }

        var draining = child.StandardOutput.ReadToEndAsync(Ct);
        var made = await BackUpAsync(withKey: true);
        child.Kill();
        await child.WaitForExitAsync(Ct);
        await draining;

        await using var copy = await OpenAsync(made.Folder);
        var head = await copy.Store.HeadAsync(Ct);
        Assert.InRange(head.LastSequence, acknowledged, long.MaxValue);
        Assert.Equal((head.LastSequence, head.LastSequence), (made.Manifest.Events, made.Manifest.Deliveries));
        for (var number = 1L; number <= head.LastSequence; number++)
        {
            var row = (await copy.Store.FindEventAsync(SampleRows.EventId(number), Ct))!;
            copy.Sealer.Open(RecordKind.Event, RecordId.Of(row.Id), row.Body);
        }
    }

    [Fact]
    public async Task A_destroyed_key_is_in_no_backup_made_afterwards_and_in_those_made_before()
    {
        await FillAsync(1, 2);
        Guid id;
        MadeBackup before;
        await using (var folder = await OpenAsync(_files["data"]))
        {
            id = Sealer.KeyIdOf((await folder.Store.FindEventAsync(SampleRows.EventId(1), Ct))!.Body);
            before = await BackUpAsync();
            folder.Keys.Destroy([id]);
        }

        var after = await BackUpAsync();
        Assert.True(await HoldsAsync(before, id));
        Assert.False(await HoldsAsync(after, id));
    }

    private static async Task<bool> HoldsAsync(MadeBackup backup, Guid key) =>
        (await File.ReadAllBytesAsync(Path.Combine(backup.Folder, SqliteKeyStore.FileName), Ct)).AsSpan().IndexOf(key.ToByteArray(bigEndian: true)) >= 0;

    [Fact]
    public async Task A_backup_is_the_owners_alone_and_overwrites_none()
    {
        await FillAsync(1, 50);
        var made = new[] { await BackUpAsync(), await BackUpAsync(withKey: true), await BackUpAsync() };
        Assert.Equal(3, made.Select(backup => backup.Folder).Distinct().Count());
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.All(Directory.GetFiles(_files["backups"], "*", SearchOption.AllDirectories), file => Assert.Equal(Private, File.GetUnixFileMode(file)));
        Assert.All(
            Directory.GetDirectories(_files["backups"], "*", SearchOption.AllDirectories), folder => Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(folder)));
        Assert.Equal(
            ["backup.json", $"blobs/{SampleRows.EventId(50).Value:N}", "bridge.key", "keys.db", "store.db"],
            Directory.GetFiles(made[1].Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(made[1].Folder, path)).Order(StringComparer.Ordinal));
        Assert.Equal(made.Select(backup => backup.Folder), Backup.In(_files["backups"]));
    }

    [Fact]
    public async Task What_a_killed_backup_left_goes_with_the_next_one_and_one_at_work_stays()
    {
        await FillAsync(1);
        Directory.CreateDirectory(_files["backups/.bridge-20260101-000000-1.partial/blobs"]);
        Directory.CreateDirectory(_files["backups/.bridge-20260101-000000-2.partial"]);
        using var other = FolderLock.Take(_files["backups/.bridge-20260101-000000-2.partial"]);
        var made = await BackUpAsync();
        Assert.Equal([_files["backups/.bridge-20260101-000000-2.partial"], made.Folder], Directory.GetDirectories(_files["backups"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_backup_that_is_stopped_leaves_nothing()
    {
        await FillAsync(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackUpAsync(stop: new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFileSystemEntries(_files["backups"]));
    }

    [Theory]
    [InlineData("nr_inodes=9", "is full", 9)]
    [InlineData("size=16m", "make room, or name a folder on another disk", 1)]
    public async Task A_backup_without_room_leaves_nothing_and_says_so(string disk, string because, int blobs)
    {
        await FillAsync([.. Enumerable.Range(1, blobs).Select(number => 50L * number)]);
        Directory.CreateDirectory(_files["backups"]);
        var mount = $"mount -t tmpfs -o {disk} tmpfs {_files["backups"]} && exec \"$0\"";
        using var child = Child.Start("backup", _files.Path, "unshare", Environment.UserName == "root" ? "-m" : "-rm", "sh", "-c", mount);
        var said = await child.StandardOutput.ReadToEndAsync(Ct);
        await child.WaitForExitAsync(Ct);
        Assert.SkipWhen(said.Length == 0, "this machine lets nobody mount a small disk");
        Assert.Contains(because, said, StringComparison.Ordinal);
        Assert.EndsWith("left 0\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_data_folder_or_lies_in_it_is_refused_with_a_cure()
    {
        Directory.CreateDirectory(_files["data"]);
        Assert.Contains("Name the data folder with --data", (await Assert.ThrowsAsync<StoreException>(() => BackUpAsync())).Message, StringComparison.Ordinal);
        await FillAsync(1);
        var inside = new BackupOrder(_files["data"], _files["data/backups"], false, "1");
        var refused = await Assert.ThrowsAsync<StoreException>(() => Backup.MakeAsync(inside, s_nobody, TimeProvider.System, Ct));
        Assert.Contains("Name another folder", refused.Message, StringComparison.Ordinal);
        File.Delete(_files["data/bridge.key"]);
        Assert.Contains("there is no bridge.key", (await Assert.ThrowsAsync<StoreException>(() => BackUpAsync(withKey: true))).Message, StringComparison.Ordinal);
    }
}
