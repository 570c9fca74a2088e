using System.Globalization;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;

namespace Bridge.Storage.Backups;

/// <summary>What is to be backed up, and where to.</summary>
/// <param name="Data">The data folder; a daemon may be at work in it.</param>
/// <param name="Target">The folder in which the backup gets a folder of its own.</param>
/// <param name="WithKey">The key file goes with it.</param>
/// <param name="Version">Of this program, for the manifest.</param>
public sealed record BackupOrder(string Data, string Target, bool WithKey, string Version);

/// <summary>A finished backup.</summary>
/// <param name="Lost">Bodies that are lost in the data folder, so that the backup cannot have them.</param>
public sealed record MadeBackup(string Folder, BackupManifest Manifest, int Lost);

/// <summary>
/// Makes a backup while a daemon writes: store first, then its big bodies, then the keys. A key is durable before its first use, so the later copy
/// of the keys has every key the earlier copy of the store needs, save those destroyed meanwhile; and a destroyed key is in no copy made afterwards.
/// Nothing is opened: what is copied is sealed.
/// </summary>
public sealed class Backup
{
    private const string Prefix = "bridge-";
    private const string PartialSuffix = ".partial";
    private const long Spare = 16 << 20; // what the daemon needs meanwhile
    private static readonly string[] s_folders = [BlobFolder.Name, AttachmentFolder.Name];
    private readonly BackupOrder _order;
    private readonly IProgress<WorkProgress> _progress;
    private readonly TimeProvider _clock;
    private readonly string _partial;
    private readonly DateTimeOffset _madeAt;

    private Backup(BackupOrder order, IProgress<WorkProgress> progress, TimeProvider clock)
    {
        (_order, _progress, _clock, _madeAt) = (order, progress, clock, clock.GetUtcNow());
        _partial = Path.Combine(order.Target, $".{Name}-{Environment.ProcessId}{PartialSuffix}");
    }

    private string Name => Prefix + _madeAt.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);

    /// <summary>Throws <see cref="StoreException"/>; then there is no backup, and nothing half-made is left.</summary>
    public static async Task<MadeBackup> MakeAsync(
        BackupOrder order, IProgress<WorkProgress> progress, TimeProvider clock, CancellationToken cancellationToken)
    {
        var backup = new Backup(order, progress, clock);
        try
        {
            backup.CheckPlaces();
            PrivateFiles.MakeFolder(backup._partial);
            using var folderLock = FolderLock.Take(backup._partial);
            using var copyLock = await CopyLock.TakeAsync(order.Data, clock, cancellationToken);
            return await backup.MakeAsync(cancellationToken);
        }
        catch (Exception failure) when (SqliteFailure.Is(failure))
        {
            throw SqliteFailure.Of(failure, order.Target);
        }
        finally
        {
            backup.Discard();
        }
    }

    /// <summary>Finished backups in a folder, oldest first.</summary>
    public static IReadOnlyList<string> In(string target) =>
        [.. Directory.GetDirectories(target, Prefix + "*").Where(BackupManifest.IsIn).OrderBy(path => BackupManifest.Read(path).MadeAt)];

    private void CheckPlaces()
    {
        foreach (var name in (string[])[SqliteStore.FileName, SqliteKeyStore.FileName])
        {
            if (!File.Exists(Path.Combine(_order.Data, name)))
            {
                throw new StoreException($"{_order.Data} holds no data of Bridge: {name} is not there. Name the data folder with --data");
            }
        }

        if (Path.GetRelativePath(_order.Data, _order.Target) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(relative))
        {
            throw new StoreException($"{_order.Target} is in the data folder: what happens to the data would happen to its backup. Name another folder");
        }

        if (_order.WithKey && !File.Exists(Path.Combine(_order.Data, KeySources.KeyFileName)))
        {
            throw new StoreException($"there is no {KeySources.KeyFileName} in {_order.Data} to put into the backup: the key comes from elsewhere, so keep a copy of it there");
        }

        if (!Directory.Exists(_order.Target))
        {
            PrivateFiles.MakeFolder(_order.Target);
        }

        CheckTables();
        RemoveUnfinished();
        CheckRoom();
    }

    /// <summary>A backup of nothing must not pass for one of everything.</summary>
    private void CheckTables()
    {
        foreach (var name in (string[])[SqliteStore.FileName, SqliteKeyStore.FileName])
        {
            if (Snapshot.IsEmpty(Source(name)))
            {
                throw new StoreException(
                    $"{Source(name)} holds no table: what was written to it is lost. See what is left with bridge check, and restore an earlier backup with bridge restore");
            }
        }
    }

    /// <summary>What a killed backup left. One that is still being made holds its lock, and stays.</summary>
    private void RemoveUnfinished()
    {
        foreach (var folder in Directory.GetDirectories(_order.Target, $".{Prefix}*{PartialSuffix}"))
        {
            try
            {
                FolderLock.Take(folder).Dispose();
                Directory.Delete(folder, recursive: true);
            }
            catch (StoreException failure) when (failure.InUse)
            {
                continue;
            }
        }
    }

    private void CheckRoom()
    {
        var needed = Snapshot.SizeOf(Source(SqliteStore.FileName)) + Snapshot.SizeOf(Source(SqliteKeyStore.FileName))
            + s_folders.Select(name => new DirectoryInfo(Source(name))).Where(folder => folder.Exists).Sum(folder => folder.EnumerateFiles().Sum(file => file.Length)) + Spare;
        if (new DriveInfo(_order.Target).AvailableFreeSpace is var free && free < needed)
        {
            throw new StoreException($"{_order.Target} has {free >> 20} MB free, and the backup needs {needed >> 20}: make room, or name a folder on another disk") { DiskFull = true };
        }
    }

    private async Task<MadeBackup> MakeAsync(CancellationToken cancellationToken)
    {
        var snapshot = new Snapshot(_clock);
        await snapshot.TakeAsync(Source(SqliteStore.FileName), Copy(SqliteStore.FileName), "bytes of the store", _progress, cancellationToken);
        var missing = CopyBlobs(cancellationToken);
        CopyAttachments(cancellationToken);
        await snapshot.TakeAsync(Source(SqliteKeyStore.FileName), Copy(SqliteKeyStore.FileName), "bytes of the keys", _progress, cancellationToken);
        if (_order.WithKey)
        {
            CopyFile(Source(KeySources.KeyFileName), Copy(KeySources.KeyFileName));
        }

        using var copied = new CopiedData(_partial);
        copied.CheckIntegrity();
        var lost = missing.Count(copied.HasKeyOf);
        var manifest = new BackupManifest(
            BackupManifest.NewestFormat, _madeAt, _order.Version, copied.Count("events"), copied.Count("deliveries"), _order.WithKey,
            [.. Digest.All(_partial, _progress, cancellationToken)]);
        manifest.Write(_partial);
        return new MadeBackup(Finish(), manifest, lost);
    }

    /// <summary>Copies what the copied store refers to; gives what was not there.</summary>
    private List<byte[]> CopyBlobs(CancellationToken cancellationToken)
    {
        PrivateFiles.MakeFolder(Copy(BlobFolder.Name));
        using var copied = new CopiedData(_partial);
        var blobs = copied.Blobs();
        var missing = new List<byte[]>();
        for (var done = 0; done < blobs.Count; done++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _progress.Report(new(done, blobs.Count, "big bodies"));
            var name = Path.Combine(BlobFolder.Name, BlobFolder.NameOf(blobs[done].Id));
            try
            {
                CopyFile(Source(name), Copy(name));
            }
            catch (FileNotFoundException)
            {
                missing.Add(blobs[done].Sealed); // retention may have been quicker: its key tells
            }
        }

        return missing;
    }

    /// <summary>
    /// All that are there: which ones the copied store opens is sealed. One that is being written is copied as far as it is, and nothing opens it;
    /// what the copied store opens was durable before its row, and stays while the copy is made.
    /// </summary>
    private void CopyAttachments(CancellationToken cancellationToken)
    {
        PrivateFiles.MakeFolder(Copy(AttachmentFolder.Name));
        if (!Directory.Exists(Source(AttachmentFolder.Name)))
        {
            return;
        }

        var names = Directory.GetFiles(Source(AttachmentFolder.Name)).Select(path => Path.Combine(AttachmentFolder.Name, Path.GetFileName(path))).ToList();
        for (var done = 0; done < names.Count; done++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _progress.Report(new(done, names.Count, "attachments"));
            try
            {
                CopyFile(Source(names[done]), Copy(names[done]));
            }
            catch (FileNotFoundException)
            {
                continue; // given up while it was written
            }
        }
    }

    private static void CopyFile(string from, string to)
    {
        using var source = File.OpenRead(from);
        using var copy = PrivateFiles.Open(to, FileMode.CreateNew);
        source.CopyTo(copy);
    }

    /// <summary>Durable, and under its own name only when it is whole. Gives its path.</summary>
    private string Finish()
    {
        foreach (var folder in s_folders)
        {
            Directories.Flush(Copy(folder));
        }

        Directories.Flush(_partial);
        var path = Path.Combine(_order.Target, Name);
        for (var number = 2; Path.Exists(path); number++)
        {
            path = Path.Combine(_order.Target, $"{Name}-{number}");
        }

        Directory.Move(_partial, path);
        FolderLock.Remove(path); // held until now: nobody takes it for what a killed backup left
        Directories.Flush(_order.Target);
        return path;
    }

    private void Discard()
    {
        // Gone when it was finished.
        if (Directory.Exists(_partial))
        {
            Directory.Delete(_partial, recursive: true);
        }
    }

    private string Source(string name) => Path.Combine(_order.Data, name);

    private string Copy(string name) => Path.Combine(_partial, name);
}
