using System.Globalization;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Checking;
using Bridge.Storage.Sqlite;

namespace Bridge.Storage.Backups;

/// <summary>What is to be restored, and where to.</summary>
/// <param name="MoveAside">What is in the data folder goes into a folder in it; otherwise a folder with data is refused.</param>
public sealed record RestoreOrder(string Backup, string Data, bool MoveAside);

/// <summary>A finished restore.</summary>
/// <param name="MovedTo">Where the data went that was there; null: there was none.</param>
/// <param name="Check">What was found out about the backup before.</param>
public sealed record RestoredData(BackupManifest Manifest, string? MovedTo, CheckReport Check);

/// <summary>
/// Puts a backup into a data folder. The backup is looked over first and stays as it is. What takes long happens beside the data; then a mark says
/// that the folder is being changed, everything takes its place by renaming, and the mark says that it is done.
/// </summary>
public sealed class Restore
{
    private const string Aside = "before-restore-";
    private const long Spare = 16 << 20;
    private static readonly string[] s_data = [SqliteStore.FileName, SqliteKeyStore.FileName, BlobFolder.Name, AttachmentFolder.Name];
    private static readonly string[] s_folders = [BlobFolder.Name, AttachmentFolder.Name];
    private readonly RestoreOrder _order;
    private readonly BackupManifest _manifest;
    private readonly IProgress<WorkProgress> _progress;
    private readonly DateTimeOffset _now;

    private Restore(RestoreOrder order, IProgress<WorkProgress> progress, DateTimeOffset now) =>
        (_order, _manifest, _progress, _now) = (order, BackupManifest.Read(order.Backup), progress, now);

    private string Staging => Path.Combine(_order.Data, ".restore.partial");

    /// <summary>Throws <see cref="StoreException"/>; then the data folder is as it was, or is finished by doing it again.</summary>
    /// <param name="order">What and where.</param>
    /// <param name="source">Opens the backup; null: it is looked over without opening its records.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="clock">Names the folder of what is moved aside.</param>
    /// <param name="cancellationToken">Ends it before the data folder is changed.</param>
    public static async Task<RestoredData> RunAsync(
        RestoreOrder order, KeySource? source, IProgress<WorkProgress> progress, TimeProvider clock, CancellationToken cancellationToken)
    {
        var restore = new Restore(order, progress, clock.GetUtcNow());
        try
        {
            PrivateFiles.MakeFolder(order.Data);
            using var folderLock = FolderLock.Take(order.Data);
            restore.CheckPlace();
            var check = await restore.CheckBackupAsync(source, cancellationToken);
            restore.Stage(cancellationToken);
            return new RestoredData(restore._manifest, restore.Exchange(), check);
        }
        catch (Exception failure) when (SqliteFailure.Is(failure))
        {
            throw SqliteFailure.Of(failure, order.Data);
        }
        finally
        {
            restore.RemoveStaging();
        }
    }

    private void CheckPlace()
    {
        if (!_order.MoveAside && (s_data.Any(name => Path.Exists(InData(name)) && !IsEmptyFolder(InData(name))) || File.Exists(InData(RestoreMark.FileName))))
        {
            throw new StoreException($"{_order.Data} holds data already: restore into another folder (--data), or say --move-aside, and what is there is kept in a folder in it");
        }

        if (new DriveInfo(_order.Data).AvailableFreeSpace is var free && free < _manifest.Bytes + Spare)
        {
            throw new StoreException($"{_order.Data} has {free >> 20} MB free, and the restore needs {(_manifest.Bytes + Spare) >> 20}: make room") { DiskFull = true };
        }
    }

    private async Task<CheckReport> CheckBackupAsync(KeySource? source, CancellationToken cancellationToken)
    {
        var check = await FolderCheck.RunAsync(_order.Backup, source, _progress, cancellationToken);
        return check.Findings.FirstOrDefault(finding => finding.IsDamage) is { } first
            ? throw new StoreException($"{_order.Backup} cannot be restored: {first.Where}: {first.What} (everything: bridge check {_order.Backup})")
            : check;
    }

    private void Stage(CancellationToken cancellationToken)
    {
        RemoveStaging();
        foreach (var folder in s_folders)
        {
            PrivateFiles.MakeFolder(Path.Combine(Staging, folder));
        }

        var done = 0L;
        foreach (var file in _manifest.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _progress.Report(new(done, _manifest.Bytes, "bytes copied"));
            using var from = File.OpenRead(Path.Combine(_order.Backup, file.Name));
            using var to = PrivateFiles.Open(Path.Combine(Staging, file.Name), FileMode.CreateNew);
            from.CopyTo(to);
            to.Flush(flushToDisk: true);
            done += file.Bytes;
        }

        LeaveNumbersOut();
        foreach (var folder in s_folders)
        {
            Directories.Flush(Path.Combine(Staging, folder));
        }

        Directories.Flush(Staging);
    }

    /// <summary>Numbers given after the backup were seen: by people, in logs, by networks. A new round of numbers begins far behind them.</summary>
    private void LeaveNumbersOut()
    {
        using var store = Database.OpenWriter(Path.Combine(Staging, SqliteStore.FileName), StoreSchema.Migrations, out _);
        Database.Run(store, """
            UPDATE head SET
              sequence = (max(sequence, coalesce((SELECT max(sequence) FROM events), 0)) / 1000000000 + 1) * 1000000000,
              delivery = (max(delivery, coalesce((SELECT max(id) FROM deliveries), 0)) / 1000000000 + 1) * 1000000000
            """);
    }

    /// <summary>Gives where the old data went.</summary>
    private string? Exchange()
    {
        new RestoreMark(Finished: false, _manifest.MadeAt).Write(_order.Data);
        var moved = MoveAside();
        foreach (var path in Directory.GetFileSystemEntries(Staging))
        {
            Directory.Move(path, InData(Path.GetFileName(path)));
        }

        Directories.Flush(_order.Data);
        new RestoreMark(Finished: true, _manifest.MadeAt).Write(_order.Data);
        return moved;
    }

    private string? MoveAside()
    {
        // The key stays where it is, unless the backup brings one: it is what opens both.
        var names = s_data.Append(_manifest.WithKey ? KeySources.KeyFileName : null);
        var old = Directory.GetFileSystemEntries(_order.Data)
            .Where(path => names.Any(name => name is not null && (Path.GetFileName(path) == name || Path.GetFileName(path).StartsWith(name + "-", StringComparison.Ordinal)))).ToList();
        if (old.Count == 0)
        {
            return null;
        }

        var aside = InData(Aside + _now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        PrivateFiles.MakeFolder(aside);
        foreach (var path in old)
        {
            Directory.Move(path, Path.Combine(aside, Path.GetFileName(path)));
        }

        Directories.Flush(aside);
        return aside;
    }

    private void RemoveStaging()
    {
        if (Directory.Exists(Staging))
        {
            Directory.Delete(Staging, recursive: true);
        }
    }

    private static bool IsEmptyFolder(string path) => Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any();

    private string InData(string name) => Path.Combine(_order.Data, name);
}
