using Bridge.Core.Storage;
using Bridge.Storage.Backups;
using Bridge.Storage.Checking;
using Bridge.Storage.Sqlite;
using Xunit;

namespace Bridge.Storage.Tests;

public sealed class CheckTests : IDisposable
{
    private readonly FixtureFolder _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_sound_folder_has_no_findings_and_every_record_was_opened()
    {
        var report = await _fixture.CheckAsync();
        Assert.Empty(report.Findings);
        Assert.Equal((4, 6, 0), (report.Events, report.Deliveries, report.Destroyed));
        Assert.InRange(report.Opened!.Value, 4 * 2 + 6, long.MaxValue);
    }

    [Fact]
    public async Task Without_a_key_the_structure_is_looked_at_and_that_is_said()
    {
        var report = await _fixture.CheckAsync(withKey: false);
        Assert.Empty(report.Findings);
        Assert.Null(report.Opened);
        Assert.Contains("no key was at hand", Assert.Single(report.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_changes_no_file()
    {
        var before = _fixture.Contents();
        await _fixture.CheckAsync();
        Assert.Equal(before, _fixture.Contents());
    }

    [Theory]
    [InlineData("UPDATE events SET body = zeroblob(length(body)) WHERE sequence = 1", "its body does not open")]
    [InlineData("UPDATE events SET endpoint = 'house' WHERE sequence = 1", "its endpoint was changed")]
    [InlineData("UPDATE events SET received_at = received_at + 1 WHERE sequence = 2", "its time was changed")]
    [InlineData("UPDATE events SET size = size + 1 WHERE sequence = 2", "its size was changed")]
    [InlineData("UPDATE events SET kind = 'posted' WHERE sequence = 2", "its kind was changed")]
    [InlineData("UPDATE events SET decision = (SELECT decision FROM events WHERE sequence = 2) WHERE sequence = 1", "its decision does not open")]
    [InlineData("UPDATE deliveries SET content = (SELECT content FROM deliveries WHERE id = 2) WHERE id = 1", "delivery 1 (")]
    [InlineData("UPDATE deliveries SET critical = 1 WHERE id = 1", "its severity was changed")]
    [InlineData("UPDATE deliveries SET address = zeroblob(16) WHERE id = 1", "its address was changed")]
    [InlineData("UPDATE deliveries SET state = 22 WHERE id = 1", "were counted")]
    [InlineData("UPDATE deliveries SET event = zeroblob(16) WHERE id = 1", "belongs to an event that is not there")]
    [InlineData("UPDATE state SET key = zeroblob(16) WHERE scope = 'keys'", "its value does not open")]
    [InlineData("UPDATE state SET scope = 'endpoint:other' WHERE scope LIKE 'endpoint:%'", "its key was changed")]
    [InlineData("CREATE TABLE more (x INTEGER)", "its schema is not the one that Bridge made")]
    [InlineData("UPDATE delivery_counts SET n = n + 1", "were counted")]
    [InlineData("UPDATE deliveries SET attempts = -1 WHERE id = 1", "an impossible number of attempts")]
    public async Task What_somebody_changed_in_the_store_is_found(string change, string found)
    {
        if (_fixture.Change(SqliteStore.FileName, change) != 0)
        {
            Assert.Contains((await _fixture.CheckAsync()).Findings, finding => finding.What.Contains(found, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_damaged_key_is_found_and_a_destroyed_one_is_no_damage()
    {
        Assert.NotEqual(0, _fixture.Change(SqliteKeyStore.FileName, "DELETE FROM keys WHERE number = (SELECT max(number) FROM keys)"));
        var destroyed = await _fixture.CheckAsync();
        Assert.Empty(destroyed.Findings);
        Assert.NotEqual(0, destroyed.Destroyed);
        _fixture.Change(SqliteKeyStore.FileName, "UPDATE keys SET wrapped = zeroblob(60) WHERE number = (SELECT max(number) FROM keys)");
        Assert.Contains((await _fixture.CheckAsync()).Findings, finding => finding is { Where: "keys.db" } && finding.What.EndsWith("nothing that was sealed under it can be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Big_bodies_that_are_lost_or_damaged_are_found_and_orphans_are_a_notice()
    {
        var blob = Directory.GetFiles(_fixture["blobs"]).Single();
        await File.WriteAllTextAsync(_fixture[$"blobs/{Guid.CreateVersion7(DateTimeOffset.UnixEpoch):N}"], "left by a crash", Ct);
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var report = await _fixture.CheckAsync();
        Assert.Contains(report.Findings, finding => finding.What == "other users can get at it" && finding.Cure == $"chmod 600 {blob}");
        Assert.Contains("1 files in blobs/ belong to no event", Assert.Single(report.Notices), StringComparison.Ordinal);
        File.Delete(blob);
        Assert.Contains((await _fixture.CheckAsync()).Findings, finding => finding.What.EndsWith("its body is lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_that_ends_early_is_found_and_names_what_is_lost()
    {
        var work = _fixture["../killed"];
        using var child = Child.Start("write", work);
        for (var lines = 0; lines < 300; lines++)
        {
            await child.StandardOutput.ReadLineAsync(Ct);
        }

        child.Kill();
        await child.WaitForExitAsync(Ct);
        var log = Path.Combine(work, "store.db-wal");
        Assert.Null(WalFile.Look(Path.Combine(work, "store.db")).Why);
        var bytes = await File.ReadAllBytesAsync(log, Ct);
        bytes[FrameInUse(work) + 100] ^= 1;
        await File.WriteAllBytesAsync(log, bytes, Ct);
        Assert.InRange(WalFile.Look(Path.Combine(work, "store.db")).Lost, 1, long.MaxValue);
        Assert.Contains((await FixtureFolder.CheckAsync(work, withKey: true)).Findings, finding => finding.Where == "store.db-wal");
        using var telemetry = Log.Silent();
        await using var folder = await DataFolder.OpenAsync(work, null, name => null, telemetry, TimeProvider.System, Ct);
        Assert.Equal(1, telemetry.Totals[("store.damaged_logs", "store.db-wal")]);
    }

    /// <summary>Where the middle one of the frames stands that the log's index knows: behind them may stand what an earlier round of the log left.</summary>
    private static int FrameInUse(string work)
    {
        var index = new byte[20];
        using var file = File.OpenRead(Path.Combine(work, "store.db-shm"));
        file.ReadExactly(index);
        return 32 + ((24 + 4096) * (BitConverter.ToInt32(index, 16) / 2)) + 24;
    }

    [Theory]
    [InlineData(SqliteStore.FileName, true)]
    [InlineData(SqliteStore.FileName, false)]
    [InlineData(SqliteKeyStore.FileName, false)]
    public async Task A_database_whose_tables_are_lost_is_named_and_not_backed_up(string name, bool withLog)
    {
        using var files = new TestFolder();
        using var telemetry = Log.Silent();
        await using (var folder = await DataFolder.OpenAsync(files["data"], null, _ => null, telemetry, TimeProvider.System, Ct))
        {
            await folder.Store.CommitAsync(Child.Changes(folder.Sealer, 1, 300), Ct);
            // As a killed process leaves it: what was written stands in the logs alone.
            FixtureFolder.Copy(files["data"], files["killed"]);
        }

        var log = Path.Combine(files["killed"], name + "-wal");
        if (withLog)
        {
            await using var damaged = new FileStream(log, FileMode.Open);
            damaged.Position = 32 + 24 + 100; // in its first frame
            damaged.WriteByte(0xFF);
        }
        else
        {
            await File.WriteAllBytesAsync(Path.Combine(files["killed"], name), [], Ct);
            File.Delete(log);
        }

        var findings = (await FixtureFolder.CheckAsync(files["killed"], withKey: true)).Findings;
        Assert.Equal(withLog, findings.Any(finding => finding.Where == name + "-wal" && finding.What.Contains("damaged at frame 1", StringComparison.Ordinal)));
        Assert.Contains(findings, finding => finding.Where == name && finding.What.Contains("holds no table", StringComparison.Ordinal) && finding.Cure.Contains("bridge restore", StringComparison.Ordinal));
        var order = new BackupOrder(files["killed"], files["backups"], WithKey: false, "1.2.3");
        var refusal = await Assert.ThrowsAsync<StoreException>(() => Backup.MakeAsync(order, new Progress<WorkProgress>(), TimeProvider.System, Ct));
        Assert.Contains($"{name} holds no table", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(files["backups"]));
    }
}
