using Bridge.Core;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Backups;
using Bridge.Storage.Sqlite;
using Xunit;

namespace Bridge.Storage.Tests;

public sealed class RestoreTests : IDisposable
{
    private static readonly IProgress<WorkProgress> s_nobody = new Progress<WorkProgress>();
    private readonly FixtureFolder _data = new();
    private readonly TestFolder _files = new();
    private readonly Telemetry _telemetry = Log.Silent();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _data.Dispose();
        _files.Dispose();
        _telemetry.Dispose();
    }

    private async Task<string> BackUpAsync(bool withKey = true) =>
        (await Backup.MakeAsync(new BackupOrder(_data.Path, _files["backups"], withKey, "1"), s_nobody, TimeProvider.System, Ct)).Folder;

    private static Task<RestoredData> RestoreAsync(string backup, string data, bool moveAside = false, KeySource? source = null) => Restore.RunAsync(
        new RestoreOrder(backup, data, moveAside), source ?? KeySources.Find(backup, null, name => null) ?? KeySources.Find(data, null, name => null),
        s_nobody, TimeProvider.System, Ct);

    private Task<DataFolder> OpenAsync(string path) => DataFolder.OpenAsync(path, null, name => null, _telemetry, TimeProvider.System, Ct);

    private static Task<StoreException> RefusedAsync(Func<Task> restore) => Assert.ThrowsAsync<StoreException>(restore);

    [Fact]
    public async Task A_backup_is_restored_into_a_new_folder_and_the_first_start_knows_it()
    {
        var restored = await RestoreAsync(await BackUpAsync(), _files["new/data"]);
        Assert.Null(restored.MovedTo);
        Assert.InRange(restored.Check.Opened!.Value, 14, long.MaxValue);
        Assert.Empty((await FixtureFolder.CheckAsync(_files["new/data"], withKey: true)).Findings);
        for (var start = 0; start < 2; start++)
        {
            await using var folder = await OpenAsync(_files["new/data"]);
            Assert.NotEmpty(await folder.Store.OpenLanesAsync(Ct));
        }

        Assert.Equal(1, _telemetry.Totals[("store.restored", "")]);
        Assert.False(File.Exists(_files["new/data/restored.json"]));
    }

    [Fact]
    public async Task Numbers_given_after_the_backup_are_not_given_again()
    {
        var backup = await BackUpAsync();
        long last;
        await using (var folder = await OpenAsync(_data.Path))
        {
            last = (await folder.Store.HeadAsync(Ct)).LastDelivery.Value;
        }

        await RestoreAsync(backup, _files["new"]);
        await using var restored = await OpenAsync(_files["new"]);
        var head = await restored.Store.HeadAsync(Ct);
        Assert.Equal((1_000_000_000, 1_000_000_000), (head.LastSequence, head.LastDelivery.Value));
        Assert.InRange(last, 1, 1_000);
    }

    [Fact]
    public async Task Data_that_is_there_is_refused_unless_it_is_to_be_moved_aside_and_then_kept()
    {
        var backup = await BackUpAsync(withKey: false);
        var there = _data.Contents();
        Assert.Contains("--move-aside", (await RefusedAsync(() => RestoreAsync(backup, _data.Path))).Message, StringComparison.Ordinal);
        Assert.Equal(there, _data.Contents());
        var restored = await RestoreAsync(backup, _data.Path, moveAside: true);
        Assert.StartsWith(_data["before-restore-"], restored.MovedTo, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(restored.MovedTo!, SqliteStore.FileName)));
        Assert.True(File.Exists(_data[KeySources.KeyFileName]));
        await using var folder = await OpenAsync(_data.Path);
    }

    [Fact]
    public async Task A_folder_in_use_is_refused()
    {
        var backup = await BackUpAsync();
        await using var folder = await OpenAsync(_data.Path);
        Assert.True((await RefusedAsync(() => RestoreAsync(backup, _data.Path, moveAside: true))).InUse);
    }

    [Theory]
    [InlineData(SqliteStore.FileName)]
    [InlineData(SqliteKeyStore.FileName)]
    [InlineData(BlobFolder.Name)]
    public async Task A_damaged_backup_is_refused_before_anything_is_changed(string name)
    {
        var backup = await BackUpAsync();
        var file = name == BlobFolder.Name ? Directory.GetFiles(Path.Combine(backup, name)).Single() : Path.Combine(backup, name);
        var bytes = await File.ReadAllBytesAsync(file, Ct);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Ct);
        Assert.Contains("its hash differs", (await RefusedAsync(() => RestoreAsync(backup, _files["new"]))).Message, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(_files["new"]), path => Assert.True(FolderLock.IsPart(path)));
        Assert.Empty(Directory.GetDirectories(_files["new"]));
    }

    [Fact]
    public async Task A_key_that_does_not_open_the_backup_is_refused_and_no_key_is_said()
    {
        var backup = await BackUpAsync(withKey: false);
        var wrong = KeySource.FromKey("key-file", "elsewhere", new byte[32]);
        Assert.Contains("does not open this data folder", (await RefusedAsync(() => RestoreAsync(backup, _files["new"], source: wrong))).Message, StringComparison.Ordinal);
        Assert.Null((await RestoreAsync(backup, _files["new"])).Check.Opened);
    }

    [Fact]
    public async Task An_interrupted_restore_is_not_opened_and_is_finished_by_doing_it_again()
    {
        var backup = await BackUpAsync();
        new RestoreMark(Finished: false, DateTimeOffset.UnixEpoch).Write(_data.Path);
        Assert.Contains("--move-aside", (await RefusedAsync(() => OpenAsync(_data.Path))).Message, StringComparison.Ordinal);
        await RestoreAsync(backup, _data.Path, moveAside: true);
        await using var folder = await OpenAsync(_data.Path);
    }
}
